using MediatR;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Statistics.GetThroughput;

internal sealed class GetThroughputHandler(IThroughputReader reader)
    : IRequestHandler<GetThroughput, Result<Throughput>>
{
    private static readonly TimeInStatus NoneLeft = new(0, null, null);

    public async Task<Result<Throughput>> Handle(GetThroughput query, CancellationToken cancellationToken)
    {
        var since = query.Today.AddDays(1 - query.Days);
        var (entered, timeInStatus) = await reader.ReadAsync(since, cancellationToken);
        var counts = entered.ToDictionary(entry => (entry.Day, entry.Status), entry => entry.Count);
        return new Throughput(
            [.. Enumerable.Range(0, query.Days).Select(n => since.AddDays(n)).Select(day => new ThroughputDay(
                day,
                OrderStatuses.All.ToDictionary(status => status, status => counts.GetValueOrDefault((day, status)))))],
            OrderStatuses.Active.ToDictionary(
                status => status, status => timeInStatus.GetValueOrDefault(status, NoneLeft)));
    }
}
