namespace Mes.Tests.Http;

/// <summary>The table of statuses, written down a second time, so that it is not the service that says what is right.</summary>
internal static class Lifecycle
{
    private static readonly string[] BeforeManufacturing = ["SUBMITTED", "PRICE_CALCULATED", "MANUFACTURING_APPROVED"];

    public static readonly string[] Active =
        ["SUBMITTED", "PRICE_CALCULATED", "MANUFACTURING_APPROVED", "MANUFACTURING_STARTED", "MANUFACTURING_COMPLETED", "PACKAGING", "SHIPPED"];

    public static readonly string[] Terminal = ["CLOSED", "CANCELLED", "REJECTED"];

    public static readonly string[] Statuses = [.. Active, .. Terminal];

    public static readonly Step[] Steps =
    [
        new("price", ["SUBMITTED"], "PRICE_CALCULATED", ["service"]),
        new("approval", ["PRICE_CALCULATED"], "MANUFACTURING_APPROVED", ["service"]),
        new("claim", ["MANUFACTURING_APPROVED"], "MANUFACTURING_STARTED", ["operator"]),
        new("completion", ["MANUFACTURING_STARTED"], "MANUFACTURING_COMPLETED", ["operator"]),
        new("packaging", ["MANUFACTURING_COMPLETED"], "PACKAGING", ["operator"]),
        new("shipment", ["PACKAGING"], "SHIPPED", ["operator"]),
        new("closure", ["SHIPPED"], "CLOSED", ["service"]),
        new("release", ["MANUFACTURING_STARTED"], "MANUFACTURING_APPROVED", ["operator", "service"]),
        new("cancellation", BeforeManufacturing, "CANCELLED", ["seller", "service"]),
        new("rejection", BeforeManufacturing, "REJECTED", ["service"]),
    ];

    public static string[] Actions { get; } = [.. Steps.Select(step => step.Action)];

    public static Step StepOf(string action) => Steps.Single(step => step.Action == action);

    /// <summary>The steps that lead a new order to a status.</summary>
    public static IReadOnlyList<Step> WayTo(string status) => status switch
    {
        "SUBMITTED" => [],
        "CANCELLED" => [StepOf("cancellation")],
        "REJECTED" => [StepOf("rejection")],
        _ => [.. Steps.Take(1 + Array.FindIndex(Steps, step => step.To == status))],
    };

    /// <summary>What a caller may do in a status. Only the claimant may complete, or release as an operator.</summary>
    public static IEnumerable<string> AllowedIn(string status, string role, bool isClaimant) => Steps
        .Where(step => step.From.Contains(status) && step.Roles.Contains(role))
        .Where(step => role != "operator" || isClaimant || step.Action is not ("release" or "completion"))
        .Select(step => step.Action);

    internal sealed record Step(string Action, string[] From, string To, string[] Roles);
}
