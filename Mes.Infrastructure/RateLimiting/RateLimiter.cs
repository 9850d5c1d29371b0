using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Mes.Application;
using Mes.Application.ApiKeys;
using Mes.Application.RateLimiting;
using Mes.Domain.Callers;

namespace Mes.Infrastructure.RateLimiting;

/// <summary>Keeps an account for each caller, for as long as anything of it matters.</summary>
internal sealed class RateLimiter : IRateLimiter, IDisposable
{
    private const string Strangers = "stranger";

    /// <summary>
    /// An address beyond so many is not limited. A key cannot be guessed anyway; the limit is against noise.
    /// </summary>
    private const int MostAddresses = 10_000;

    private static readonly TimeSpan CleanUpInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Caller, RateLimitAccount> _ofCallers = new();
    private readonly ConcurrentDictionary<string, RateLimitAccount> _ofKeys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<IPAddress, RateLimitAccount> _ofAddresses = new();
    private readonly ConcurrentDictionary<string, RateLimitAccount>.AlternateLookup<ReadOnlySpan<char>> _byKey;
    private readonly Func<Caller, RateLimitAccount> _newAccount;
    private readonly Func<IPAddress, RateLimitAccount> _newStranger;
    private readonly Dictionary<Role, RateLimitTerms> _terms;
    private readonly Dictionary<Role, Action> _refused;
    private readonly IRateLimitStore? _store;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;

    /// <param name="store">Null where no other instance takes part.</param>
    /// <param name="longestAnswer">How long a request may wait for the store.</param>
    public RateLimiter(
        RateLimitOptions options,
        IRateLimitStore? store,
        TimeSpan longestAnswer,
        IMeterFactory meters,
        TimeProvider clock)
    {
        (_store, _clock) = (store, clock);
        IsEnabled = options.Enabled == true;
        _byKey = _ofKeys.GetAlternateLookup<ReadOnlySpan<char>>();
        var limited = new CountFromZero(
            meters.Create(Telemetry.Name),
            "mes.rate.limited",
            "Requests beyond the rate limit of their caller, by its role.",
            "role",
            [.. Roles.Names, Strangers]);
        var roles = Enum.GetValues<Role>();
        _terms = roles.ToDictionary(role => role, role => new RateLimitTerms(options.PolicyOf(role), longestAnswer));
        _refused = roles.ToDictionary(role => role, role => (Action)(() => limited.Add(value: (int)role)));
        _newAccount = caller => NewAccount(caller.Role, caller.ToString());
        var strangers = new RateLimitTerms(
            new RateLimitPolicy(Strangers, Permits: 60, TimeSpan.FromMinutes(1)), longestAnswer);
        _newStranger = address => new RateLimitAccount(
            $"address:{address}", strangers, store, clock, () => limited.Add(value: roles.Length));
        _timer = clock.CreateTimer(_ => CleanUp(), null, CleanUpInterval, CleanUpInterval);
    }

    public bool IsEnabled { get; }

    public IRateLimitAccount Of(Caller caller, ReadOnlySpan<char> keyId)
    {
        if (caller.Role is Role.Seller or Role.Operator || keyId.IsEmpty)
        {
            return _ofCallers.GetOrAdd(caller, _newAccount);
        }

        return _byKey.TryGetValue(keyId, out var account)
            ? account
            : _ofKeys.GetOrAdd(keyId.ToString(), id => NewAccount(caller.Role, $"{Roles.NameOf(caller.Role)}:{id}"));
    }

    public IRateLimitAccount? Of(IPAddress? address)
    {
        if (address is null)
        {
            return null;
        }

        var network = NetworkOf(address);
        return _ofAddresses.TryGetValue(network, out var account) ? account
            : _ofAddresses.Count < MostAddresses ? _ofAddresses.GetOrAdd(network, _newStranger)
            : null;
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Of an IPv6 address the first 64 bits: one caller can have all addresses below them.</summary>
    public static IPAddress NetworkOf(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.IsIPv4MappedToIPv6)
        {
            return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(bytes.Length / 2).Clear();
        return new IPAddress(bytes);
    }

    private RateLimitAccount NewAccount(Role role, string partition) =>
        new(partition, _terms[role], _store, _clock, _refused[role]);

    private void CleanUp()
    {
        CleanUp(_ofCallers);
        CleanUp(_ofKeys);
        CleanUp(_ofAddresses);
    }

    private static void CleanUp<TKey>(ConcurrentDictionary<TKey, RateLimitAccount> accounts)
        where TKey : notnull
    {
        foreach (var account in accounts)
        {
            if (account.Value.IsIdle())
            {
                accounts.TryRemove(account);
            }
            else
            {
                account.Value.ReturnUnused();
            }
        }
    }
}
