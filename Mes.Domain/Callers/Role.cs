namespace Mes.Domain.Callers;

/// <summary>A caller's role in the factory. Only the API key determines it.</summary>
public enum Role
{
    /// <summary>A third-party seller: submits orders and sees only its own.</summary>
    Seller,

    /// <summary>Takes orders, makes, packs and ships them.</summary>
    Operator,

    /// <summary>CRM and price calculation.</summary>
    Service,

    /// <summary>Issues and revokes API keys; has no business with orders.</summary>
    Admin,
}
