using Mes.Domain.Callers;

namespace Mes.Infrastructure.Callers;

/// <summary>The fixed keys of the Development environment. Every other environment has none.</summary>
public sealed class DemoKeys
{
    private readonly IReadOnlyDictionary<string, Caller> _callers;

    private DemoKeys(IReadOnlyDictionary<string, Caller> callers) => _callers = callers;

    public static DemoKeys None { get; } = new(new Dictionary<string, Caller>());

    public static DemoKeys ForDevelopment { get; } = new(new Dictionary<string, Caller>(StringComparer.Ordinal)
    {
        ["mes_test_seller-alpha_demo"] = new(Role.Seller, "alpha"),
        ["mes_test_seller-beta_demo"] = new(Role.Seller, "beta"),
        ["mes_test_operator-anna_demo"] = new(Role.Operator, "anna"),
        ["mes_test_operator-boris_demo"] = new(Role.Operator, "boris"),
        ["mes_test_service-crm_demo"] = new(Role.Service, "crm"),
        ["mes_test_admin_demo"] = new(Role.Admin, "admin"),
    });

    /// <summary>For the start-up log.</summary>
    public IEnumerable<KeyValuePair<string, Caller>> All => _callers;

    public IReadOnlyList<string> SellerIds =>
        [.. _callers.Values.Where(caller => caller.Role == Role.Seller).Select(caller => caller.Id)];

    public Caller? Find(string key) => _callers.GetValueOrDefault(key);
}
