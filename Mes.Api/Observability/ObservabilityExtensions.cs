using System.Diagnostics.Metrics;
using Mes.Api.Hosting;
using Mes.Api.Http;
using Mes.Application;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Compact;

namespace Mes.Api.Observability;

/// <summary>Logs, metrics and traces.</summary>
internal static class ObservabilityExtensions
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddObservability(this WebApplicationBuilder builder)
    {
        builder.AddLogs();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("mes-api"))
            .WithMetrics(metrics => metrics
                .AddMeter(Telemetry.Name, "Microsoft.AspNetCore.Hosting")
                .AddPrometheusExporter());

        // A listener receives every meter of the process. Another service in the same process would be counted here,
        // and its end would end these metrics.
        builder.Services.ConfigureOpenTelemetryMeterProvider((services, metrics) =>
        {
            var own = services.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument => instrument.Meter.Scope == own ? null : MetricStreamConfiguration.Drop);
        });

        // Tracing every request costs a seventh of the throughput, so it is off without a collector.
        if (!string.IsNullOrEmpty(builder.Configuration[OtlpEndpoint]))
        {
            var ratio = builder.Configuration.GetValue(Settings.TracingRatio, Settings.DefaultTracingRatio);
            telemetry.WithTracing(traces => traces
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(ratio)))
                .AddSource(Telemetry.Name)
                .AddAspNetCoreInstrumentation()
                .AddNpgsql()
                .AddOtlpExporter());
        }
    }

    public static void MapObservability(this IEndpointRouteBuilder app) =>
        app.MapPrometheusScrapingEndpoint("/metrics").ForReading().ForAnybody();

    /// <summary>
    /// When the service cannot start, host and server log a page of stack trace each; the program reports it once
    /// (<see cref="StartupFailure"/>).
    /// </summary>
    private static bool IsToldByTheProgram(LogEvent log) =>
        log.MessageTemplate.Text is "Hosting failed to start" or "Unable to start Kestrel.";

    private static void AddLogs(this WebApplicationBuilder builder)
    {
        // A provider behind the framework's own filters (Logging:LogLevel) is cheaper than replacing them.
        var logger = new LoggerConfiguration()
            .MinimumLevel.Verbose()
            .Enrich.FromLogContext()
            .Filter.ByExcluding(IsToldByTheProgram);
        logger = builder.Environment.IsDevelopment()
            ? logger.WriteTo.Console(outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}")
            : logger.WriteTo.Console(new RenderedCompactJsonFormatter());
        // AddSerilog would turn those filters off.
        builder.Logging.ClearProviders().AddProvider(new SerilogLoggerProvider(logger.CreateLogger(), dispose: true))
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning)
            // Both log exceptions that the handler logs once, with their meaning.
            .AddFilter("Microsoft.AspNetCore.Diagnostics", LogLevel.None)
            .AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None);
    }
}
