using System.Text.RegularExpressions;
using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.ApiKeys.CreateApiKey;

/// <summary>Issues a key.</summary>
/// <param name="SellerId">For the role seller, and for no other.</param>
/// <param name="OperatorId">For the role operator, and for no other.</param>
/// <param name="Name">
/// What the key is for. A service's or administrator's name also stands in the orders' history.
/// </param>
/// <param name="ExpiresAt">From when on the key is refused; null for never.</param>
/// <param name="Live">False for a key of a test installation.</param>
public sealed partial record CreateApiKey(
    Role? Role, string? SellerId, string? OperatorId, string? Name, DateTimeOffset? ExpiresAt, bool Live)
    : ICommand<IssuedApiKey>
{
    public IReadOnlyCollection<string> Tags => [];

    /// <summary>The holder's id, which the orders' history shows.</summary>
    internal string CallerId => Role switch
    {
        Domain.Callers.Role.Seller => SellerId!,
        Domain.Callers.Role.Operator => OperatorId!,
        _ => IdOf(Name) is { Length: > 0 } id ? id : Roles.NameOf(Role!.Value),
    };

    /// <summary>A name as an id: what an id must not have becomes a hyphen.</summary>
    private static string IdOf(string? name)
    {
        var id = NotInIds().Replace(name ?? string.Empty, "-").Trim('-', '.', '_');
        return id[..Math.Min(id.Length, 64)];
    }

    [GeneratedRegex("[^A-Za-z0-9._-]+")]
    private static partial Regex NotInIds();
}
