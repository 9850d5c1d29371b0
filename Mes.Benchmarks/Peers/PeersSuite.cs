using Mes.Benchmarks.Peers.Parts;
using Mes.Chaos.Checking;

namespace Mes.Benchmarks.Peers;

/// <summary>
/// The service against what a team would pick instead. All contenders do the same work in turn, so that what disturbs
/// the machine disturbs all of them, and ratios are taken within a round.
/// </summary>
internal static class PeersSuite
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(Bench bench, PeersOptions options)
    {
        var parts = Choose(PartList.All, options.Parts, part => part.Name);
        var contenders = Choose(Contender.All, options.Contenders, contender => contender.Name)
            .Where(contender => contender.Name != Contender.Before || options.Before is not null)
            .ToArray();
        await using var fleet = await Fleet.StartAsync(bench, options, contenders);
        var results = await PeersResults.LoadAsync(options.Documents);
        results.Machine = Machine.Describe(await fleet.PostgresVersionAsync(), options.Assembly);
        foreach (var part in parts)
        {
            var start = Clock.Now;
            Console.WriteLine($"\n{part.Name}: {part.Title}");
            results.Parts[part.Name] = await MeasureAsync(bench, options, part, fleet);

            // After each part, so that a run that is broken off leaves what it has measured.
            await results.SaveAsync(options.Documents);
            Report.Write(results, options.Documents);
            Console.WriteLine($"took {Clock.Milliseconds(start, Clock.Now) / 1000:0} s");
        }

        Console.WriteLine(Report.Summary(results));
    }

    private static async Task<PartResult> MeasureAsync(Bench bench, PeersOptions options, Part part, Fleet fleet)
    {
        var peers = fleet.Peers.Where(peer => part.Takes(peer.Contender)).ToArray();
        var result = new PartResult(
            TimeProvider.System.GetUtcNow(), options.Orders, bench.Duration.TotalSeconds,
            part.Rounds ?? options.Rounds);
        await using var stage = new Stage();
        foreach (var peer in peers)
        {
            await stage.AddAsync(peer, part);
            result.Rounds[peer.Contender.Name] = [];
            if (part.HasThroughput)
            {
                await part.MeasureAsync(Context(peer, WarmUp * (part.RoundTrip is null ? 1 : 2), seed: 0));
            }
        }

        for (var round = 1; round <= result.RoundCount; round++)
        {
            foreach (var peer in round % 2 == 1 ? peers : Enumerable.Reverse(peers))
            {
                var instances = stage.Of(peer);
                var before = await peer.CostsAsync(instances);
                var outcome = await part.MeasureAsync(Context(peer, bench.Duration, round));
                var costs = (await peer.CostsAsync(instances)).Since(before).PerThousand(outcome.Requests);
                result.Rounds[peer.Contender.Name].Add(new Round(outcome, costs));
                Console.WriteLine(
                    $"  {round} {peer.Contender.Name,-13} {outcome.PerSecond,9:0}/s  p50 {outcome.P50:0.000} ms  "
                    + $"p99 {outcome.P99:0.000} ms  stale {outcome.Stale} of {outcome.Checked}  failed {outcome.Failed}");
            }
        }

        return result;

        PartContext Context(Peer peer, TimeSpan duration, int seed) =>
            new(peer, stage.Of(peer), fleet.Ids, bench.WorkDirectory, duration, seed);
    }

    private static T[] Choose<T>(IReadOnlyList<T> all, IReadOnlyCollection<string> names, Func<T, string> nameOf)
    {
        var unknown = names.Except(all.Select(nameOf)).ToArray();
        return unknown.Length == 0
            ? [.. all.Where(item => names.Count == 0 || names.Contains(nameOf(item)))]
            : throw new ArgumentException(
                $"Unknown: {string.Join(", ", unknown)}. There are {string.Join(", ", all.Select(nameOf))}.");
    }

    /// <summary>The instances of one part; those that are far from Redis exist only for it.</summary>
    private sealed class Stage : IAsyncDisposable
    {
        private readonly Dictionary<Peer, IReadOnlyList<PeerInstance>> _instances = [];
        private readonly List<IAsyncDisposable> _distant = [];
        private readonly List<DelayLine> _lines = [];

        public IReadOnlyList<PeerInstance> Of(Peer peer) => _instances[peer];

        public async Task AddAsync(Peer peer, Part part)
        {
            if (part.RoundTrip is not { } roundTrip)
            {
                _instances[peer] = await peer.InstancesAsync(part.Instances);
                return;
            }

            var line = new DelayLine(peer.Redis!.Port, roundTrip);
            _lines.Add(line);
            var distant = await peer.StartAsync(line.Port);
            _distant.Add(distant);
            _instances[peer] = [.. await peer.InstancesAsync(part.Instances - 1), distant];
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var instance in _distant)
            {
                await instance.DisposeAsync();
            }

            _lines.ForEach(line => line.Dispose());
        }
    }
}
