using System.Runtime.CompilerServices;
using Mes.Application.Caching;
using Mes.Infrastructure.Caching.Indexes;
using Mes.Infrastructure.Caching.Orders;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// An epoch that one schedule at a time uses, with the real cache in it. So the board of a schedule has no orders of
/// other schedules.
/// </summary>
internal sealed class OwnEpoch : IDisposable
{
    private const string Database = "of the schedules";

    private readonly IServiceProvider _services;
    private readonly LicencePoll _poll;
    private readonly KeySpace _keys;
    private readonly Licences _licences;

    /// <param name="host">The instance whose connection to Redis is used. It has one cell.</param>
    /// <param name="number">
    /// Negative: the instances of the world remove the keys of every epoch that may have been one of theirs.
    /// </param>
    public OwnEpoch(Instance host, long number)
    {
        _services = host.Host.Services;
        Keys = new CacheEpoch(Cells.Common, number);

        // It stands still, so the licence lives for ever.
        var clock = new FakeTimeProvider();
        _poll = ActivatorUtilities.CreateInstance<LicencePoll>(_services, clock);
        var answer = new PollResult(
            clock.GetTimestamp(),
            clock.GetUtcNow(),
            Database,
            Position: null,
            ApiKeyRevision: 0,
            [
                new PollResult.Cell(
                    number,
                    host.Poll.Latest!.Cells[Cells.Common].DataSet,
                    Database,
                    CacheLayout.Current,
                    IsSettled: true,
                    IsOutage: false),
            ],
            Overdue: new HashSet<Guid>(),
            OverdueCount: 0);
        HistoryOf(_poll).Accept(answer, positionBefore: 0);
        var cells = _services.GetRequiredService<Cells>();
        _keys = new KeySpace(_poll, _services.GetRequiredService<RedisRouter>(), cells);
        _licences = new Licences(_poll, cells, clock);
        var questions = ActivatorUtilities.CreateInstance<OrderQuestions>(_services, _keys, _licences);
        Cache = ActivatorUtilities.CreateInstance<RedisOrderCache>(_services, _keys, _licences, questions);
    }

    public CacheEpoch Keys { get; }

    public IOrderCache Cache { get; }

    public LocalIndexCopies NewCopies() => new(_services.GetRequiredService<IOptions<CacheOptions>>());

    /// <summary>The real readers of boards and lists, on an instance with these copies.</summary>
    public RedisOrderIndexes IndexesWith(LocalIndexCopies copies) => new(
        _services.GetRequiredService<RedisRouter>(),
        _keys,
        _licences,
        _services.GetRequiredService<IndexMaintainer>(),
        copies,
        _services.GetRequiredService<IOptions<CacheOptions>>(),
        _services.GetRequiredService<CacheMetrics>());

    public void Dispose() => _poll.Dispose();

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_history")]
    private static extern ref PollHistory HistoryOf(LicencePoll poll);
}
