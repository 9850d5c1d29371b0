namespace Mes.Tests.Support;

/// <summary>
/// The statuses of an order and the steps between them. They repeat the specification, so that the service does not
/// decide what is correct. This is the tests' only such table; all others are derived from it.
/// </summary>
internal static class Lifecycle
{
    private static readonly string[] BeforeManufacturing = ["SUBMITTED", "PRICE_CALCULATED", "MANUFACTURING_APPROVED"];

    /// <summary>In the order of the board.</summary>
    public static readonly string[] Active =
    [
        "SUBMITTED", "PRICE_CALCULATED", "MANUFACTURING_APPROVED", "MANUFACTURING_STARTED", "MANUFACTURING_COMPLETED",
            "PACKAGING",
        "SHIPPED",
    ];

    public static readonly string[] Terminal = ["CLOSED", "CANCELLED", "REJECTED"];

    public static readonly string[] Statuses = [.. Active, .. Terminal];

    public static readonly Step[] Steps =
    [
        new("price", ["SUBMITTED"], "PRICE_CALCULATED", ["service"]),
        new("approval", ["PRICE_CALCULATED"], "MANUFACTURING_APPROVED", ["service"]),
        new("claim", ["MANUFACTURING_APPROVED"], "MANUFACTURING_STARTED", ["operator"]),
        new("release", ["MANUFACTURING_STARTED"], "MANUFACTURING_APPROVED", ["operator", "service"]) { OnlyClaimant =
            true },
        new("completion", ["MANUFACTURING_STARTED"], "MANUFACTURING_COMPLETED", ["operator"]) { OnlyClaimant = true },
        new("packaging", ["MANUFACTURING_COMPLETED"], "PACKAGING", ["operator"]),
        new("shipment", ["PACKAGING"], "SHIPPED", ["operator"]),
        new("closure", ["SHIPPED"], "CLOSED", ["service"]),
        new("cancellation", BeforeManufacturing, "CANCELLED", ["seller", "service"]),
        new("rejection", BeforeManufacturing, "REJECTED", ["service"]),
    ];

    public static string[] Actions { get; } = [.. Steps.Select(step => step.Action)];

    /// <summary>
    /// The steps from the submission to <c>CLOSED</c> over every step that does not end the order, including those that
    /// lead back.
    /// </summary>
    public static IReadOnlyList<Step> Tour { get; } = PlanTour();

    public static Step StepOf(string action) => Steps.Single(step => step.Action == action);

    /// <summary>The fewest steps that take a new order to a status.</summary>
    public static IReadOnlyList<Step> WayTo(string status) =>
        Way("SUBMITTED", status) ?? throw new ArgumentException($"No step of {nameof(Lifecycle)} leads to {status}.");

    /// <summary>
    /// The steps that a caller may make in a status. Some are only for the claimant, not for other operators.
    /// </summary>
    public static IEnumerable<string> AllowedIn(string status, string role, bool isClaimant) => Steps
        .Where(step => step.From.Contains(status) && step.Roles.Contains(role))
        .Where(step => role != "operator" || isClaimant || !step.OnlyClaimant)
        .Select(step => step.Action);

    private static List<Step> PlanTour()
    {
        List<Step> tour = [];
        var status = "SUBMITTED";
        while (true)
        {
            var next = Steps.Except(tour).Where(step => Active.Contains(step.To))
                .SelectMany(step => step.From.Select(from => Way(status, from)?.Append(step).ToArray()))
                .OfType<Step[]>()
                .MinBy(way => way.Length);
            if (next is null)
            {
                return [.. tour, .. Way(status, "CLOSED")!];
            }

            tour.AddRange(next);
            status = tour[^1].To;
        }
    }

    /// <returns>Null if there is none.</returns>
    private static IReadOnlyList<Step>? Way(string from, string to)
    {
        var ways = new Queue<(string Status, Step[] Way)>([(from, [])]);
        var seen = new HashSet<string> { from };
        while (ways.TryDequeue(out var here))
        {
            if (here.Status == to)
            {
                return here.Way;
            }

            foreach (var step in Steps.Where(step => step.From.Contains(here.Status) && seen.Add(step.To)))
            {
                ways.Enqueue((step.To, [.. here.Way, step]));
            }
        }

        return null;
    }

    /// <param name="Action">The order's sub-resource to which the caller posts.</param>
    /// <param name="Roles">The roles that may make it. Where the role does not matter, tests use the first.</param>
    internal sealed record Step(string Action, string[] From, string To, string[] Roles)
    {
        /// <summary>Whether an operator must be the one who claimed the order.</summary>
        public bool OnlyClaimant { get; init; }
    }
}
