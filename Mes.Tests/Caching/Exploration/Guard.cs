using Mes.Application.Behaviors;
using Mes.Application.Caching;
using Mes.Tests.Caching.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Mes.Tests.Caching.Exploration;

/// <summary>A guard of the protocol, and the protocol without it.</summary>
/// <param name="Name">Completes the sentence "without …".</param>
internal sealed record Guard(string Name, Variant Without)
{
    public static IEnumerable<Guard> All =>
    [
        // put
        InPut("the version check", "if version >= current then", "if true then"),
        InPut("the lease", "if not token then return 3 end", "if not token then return store() end"),
        InPut("the fence that makes a lease its holder's alone", "if token == own_token then", "if true then"),
        InPut("the floor that a rejected put leaves on the lease", "if version > floor then", "if false then"),
        InPut("the look at the floor", "if version >= floor then", "if true then"),
        InPut("the rule that an equal version is written too", "if version >= current then",
            "if version > current then"),

        new("the proof of an entry's version", Variant.Planted with { Begin = WithoutProof, Put = WithoutProof }),

        // begin
        new("the rule that a corrupt entry is none", Variant.Planted with
        {
            Begin = script => PlantedOrderCache.Replace(
                script, "if entry_version(entry) then", "if redis.call('EXISTS', entry) == 1 then"),
        }),
        new("the rule that a writer takes the lease over", Variant.Planted with
        {
            Begin = script => PlantedOrderCache.Replace(
                script, "if takes_over == '0' and read_lease(lease)", "if read_lease(lease)"),
        }),

        // callers of the scripts
        new("the rule that a token counts only if its begin was answered", Variant.Planted with
        {
            Cache = (_, planted) => new ScheduledOrderCache(planted) { TokensCountUnanswered = planted },
        }),
        new("the wait for the answer before the commit", Variant.Real with
        {
            // Only the begin of a submission is sent before the commit (docs/decisions/0017).
            OrderIsNew = true,

            // The commit waits at a barrier of its own, which was not told what to wait for.
            Services = services => services.Replace(ServiceDescriptor.Transient<CommitBarrier, CommitBarrier>()),
        }),
        new("the refresh after a rejected put", Variant.Real with
        {
            Cache = (real, _) => new AlteredOrderCache(
                new ScheduledOrderCache(real),
                async (_, put) => await put() is var result && result == PutResult.Rejected
                    ? PutResult.Superseded
                    : result),
        }),
        new("the put of a command that changed nothing", Variant.Real with { Services = PutOnlyWhatChanged }),
        new("the wait for the repair of a put that was not answered", Variant.Real with
        {
            Cache = (real, _) => new AlteredOrderCache(
                new ScheduledOrderCache(real),
                async (isWriter, put) => await put() is var result && isWriter && result == PutResult.Failed
                    ? PutResult.Superseded
                    : result),
        }),
        new("the relay", Variant.Real with { RelayIsIdle = true }),
        new("the commit before the put", Variant.Real with { Services = PutBeforeCommit }),
    ];

    public override string ToString() => Name;

    private static Guard InPut(string name, string line, string instead) =>
        new(name, Variant.Planted with { Put = script => PlantedOrderCache.Replace(script, line, instead) });

    private static string WithoutProof(string script) =>
        PlantedOrderCache.Replace(script, "or sum ~= proof(string.match(key, ':o:([^:]+)') .. ' ' .. line)", "");

    /// <summary>Swaps the two innermost behaviours of every command.</summary>
    private static void PutBeforeCommit(IServiceCollection services)
    {
        for (var i = 1; i < services.Count; i++)
        {
            if (Is(services[i - 1], typeof(WriteThroughBehavior<>)) && Is(services[i], typeof(UnitOfWorkBehavior<,>)))
            {
                (services[i - 1], services[i]) = (services[i], services[i - 1]);
            }
        }
    }

    private static void PutOnlyWhatChanged(IServiceCollection services)
    {
        for (var i = 0; i < services.Count; i++)
        {
            if (Is(services[i], typeof(WriteThroughBehavior<>)))
            {
                services[i] = new ServiceDescriptor(
                    services[i].ServiceType,
                    typeof(OnlyChangesBehavior<>)
                        .MakeGenericType(services[i].ImplementationType!.GetGenericArguments()),
                    services[i].Lifetime);
            }
        }
    }

    private static bool Is(ServiceDescriptor descriptor, Type behavior) =>
        descriptor.ImplementationType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == behavior;
}
