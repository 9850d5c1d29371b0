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

        // Listeners hear every meter of the process: another service in it would be counted here, and its end would end these metrics.
        builder.Services.ConfigureOpenTelemetryMeterProvider((services, metrics) =>
        {
            var own = services.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument => instrument.Meter.Scope == own ? null : MetricStreamConfiguration.Drop);
        });

        // Tracing every request costs a seventh of the throughput, and a collector that is not there makes it all for nothing.
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

    public static void MapObservability(this IEndpointRouteBuilder app) => app.MapPrometheusScrapingEndpoint("/metrics").ForReading().ForAnybody();

    /// <summary>Host and server log what they throw when the service cannot start, a page of it each; the program tells it once (<see cref="StartupFailure"/>).</summary>
    private static bool IsToldByTheProgram(LogEvent log) => log.MessageTemplate.Text is "Hosting failed to start" or "Unable to start Kestrel.";

    private static void AddLogs(this WebApplicationBuilder builder)
    {
        // As a provider behind the framework's own filters (Logging:LogLevel), which is cheaper than to replace them.
        var logger = new LoggerConfiguration().MinimumLevel.Verbose().Enrich.FromLogContext().Filter.ByExcluding(IsToldByTheProgram);
        logger = builder.Environment.IsDevelopment()
            ? logger.WriteTo.Console(outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}")
            : logger.WriteTo.Console(new RenderedCompactJsonFormatter());
        // Not by AddSerilog, which would switch those filters off for it.
        builder.Logging.ClearProviders().AddProvider(new SerilogLoggerProvider(logger.CreateLogger(), dispose: true))
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning)
            // Both log what they throw; so does whoever handles it, once and with what it means.
            .AddFilter("Microsoft.AspNetCore.Diagnostics", LogLevel.None)
            .AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None);
    }
}
