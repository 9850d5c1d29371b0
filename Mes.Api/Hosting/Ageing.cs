using Mes.Domain.Orders;

namespace Mes.Api.Hosting;

/// <summary>The settings that say when an order ages in its status; one pair for each active status.</summary>
internal static class Ageing
{
    public const string Section = "Mes:Board:Ageing";
    private const string WarnAfter = "WarnAfter";
    private const string LateAfter = "LateAfter";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    public static IEnumerable<Setting> All => OrderStatuses.Active.SelectMany(status => new[]
    {
        Setting(status, WarnAfter, Default(status).Warn, "from when on an order in this status is shown as ageing"),
        Setting(status, LateAfter, Default(status).Late, "from when on it is shown as late"),
    });

    /// <summary>The thresholds of every active status.</summary>
    public static IReadOnlyDictionary<OrderStatus, AgeingThresholds> Read(IConfiguration configuration) =>
        OrderStatuses.Active.ToDictionary(status => status, status =>
        {
            var (warn, late) = Of(configuration, status);
            return new AgeingThresholds((long)warn.TotalSeconds, (long)late.TotalSeconds);
        });

    /// <summary>
    /// What contradicts itself; the settings themselves are understood, as each is checked for itself first.
    /// </summary>
    public static IEnumerable<string> Errors(IConfiguration configuration) =>
        from status in OrderStatuses.Active
        let thresholds = Of(configuration, status)
        where thresholds.Warn > thresholds.Late
        select $"{KeyOf(status, WarnAfter)} is later than {KeyOf(status, LateAfter)}: it must not be.";

    private static (TimeSpan Warn, TimeSpan Late) Of(IConfiguration configuration, OrderStatus status) => (
        configuration.GetValue(KeyOf(status, WarnAfter), Default(status).Warn),
        configuration.GetValue(KeyOf(status, LateAfter), Default(status).Late));

    private static Setting Setting(OrderStatus status, string name, TimeSpan value, string meaning) => new(
        KeyOf(status, name),
        SettingForm.Span(TimeSpan.FromSeconds(1), Longest),
        $"`{SettingForm.Write(value)}`",
        meaning);

    private static string KeyOf(OrderStatus status, string name) => $"{Section}:{status.Name()}:{name}";

    private static (TimeSpan Warn, TimeSpan Late) Default(OrderStatus status) => status switch
    {
        OrderStatus.Submitted => (TimeSpan.FromMinutes(30), TimeSpan.FromHours(2)),
        OrderStatus.PriceCalculated => (TimeSpan.FromHours(8), TimeSpan.FromDays(1)),
        OrderStatus.ManufacturingApproved => (TimeSpan.FromHours(4), TimeSpan.FromHours(12)),
        OrderStatus.ManufacturingStarted => (TimeSpan.FromHours(8), TimeSpan.FromDays(1)),
        OrderStatus.ManufacturingCompleted => (TimeSpan.FromHours(2), TimeSpan.FromHours(8)),
        OrderStatus.Packaging => (TimeSpan.FromHours(1), TimeSpan.FromHours(4)),
        OrderStatus.Shipped => (TimeSpan.FromDays(3), TimeSpan.FromDays(7)),
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Say here when an order ages in it."),
    };
}
