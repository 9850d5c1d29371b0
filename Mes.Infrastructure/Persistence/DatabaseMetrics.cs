using System.Data.Common;
using System.Diagnostics.Metrics;
using Mes.Application;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Mes.Infrastructure.Persistence;

/// <summary>Measures how long the database takes for every statement of the service.</summary>
internal sealed class DatabaseMetrics : DbCommandInterceptor
{
    private readonly Histogram<double> _time;
    private readonly CountFromZero _failures;

    public DatabaseMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Name);
        _failures = new CountFromZero(meter, "mes.database.failures", "Statements that failed or were cancelled.");
        _time = meter.CreateHistogram(
            "mes.database.duration",
            "s",
            "How long the database took to answer a statement.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries =
                    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
            });
    }

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command,
        CommandExecutedEventData eventData,
        DbDataReader result,
        CancellationToken cancellationToken = default)
    {
        Record(eventData);
        return new(result);
    }

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command,
        CommandExecutedEventData eventData,
        int result,
        CancellationToken cancellationToken = default)
    {
        Record(eventData);
        return new(result);
    }

    public override ValueTask<object?> ScalarExecutedAsync(
        DbCommand command,
        CommandExecutedEventData eventData,
        object? result,
        CancellationToken cancellationToken = default)
    {
        Record(eventData);
        return new(result);
    }

    public override Task CommandFailedAsync(
        DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        _failures.Add();
        return Task.CompletedTask;
    }

    public override Task CommandCanceledAsync(
        DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default)
    {
        _failures.Add();
        return Task.CompletedTask;
    }

    private void Record(CommandExecutedEventData executed) => _time.Record(executed.Duration.TotalSeconds);
}
