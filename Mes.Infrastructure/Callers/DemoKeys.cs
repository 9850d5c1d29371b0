using Mes.Application.ApiKeys;
using Mes.Domain.Callers;

namespace Mes.Infrastructure.Callers;

/// <summary>The fixed keys of the Development environment. Every other environment has none.</summary>
public sealed class DemoKeys
{
    private readonly Dictionary<string, Caller> _callers;
    private readonly Dictionary<string, Caller>.AlternateLookup<ReadOnlySpan<char>> _byText;

    private readonly Dictionary<string, Caller> _byId;

    private DemoKeys(Dictionary<string, Caller> callers) =>
        (_callers, _byText, _byId) = (
            callers,
            callers.GetAlternateLookup<ReadOnlySpan<char>>(),
            callers.ToDictionary(entry => ApiKeyText.Parse(entry.Key)!.Id, entry => entry.Value));

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

    public Caller? Find(ReadOnlySpan<char> key) => _byText.TryGetValue(key, out var caller) ? caller : null;

    /// <param name="keyId">The public part of the key.</param>
    public Caller? FindById(string keyId) => _byId.GetValueOrDefault(keyId);
}
