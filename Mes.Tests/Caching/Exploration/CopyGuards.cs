using System.Buffers.Binary;
using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Caching.Orders;
using Mes.Tests.Caching.Support;

namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// The guards of near copies. Those of the scripts are taken out of the scripts. What an instance concludes from the
/// change log is taken out by changing the log on its way: it then says what the instance would have concluded.
/// </summary>
internal static class CopyGuards
{
    private const string Logs = "if logs_equal == '1' or current ~= version then append_to_log";

    private static readonly Guid Other = Guid.CreateVersion7(DateTimeOffset.UnixEpoch);

    public static IEnumerable<Guard> All =>
    [
        // the log
        InPut("the record of a builder's put of a newer version", Scenario.FewWithCopies(hasBuilder: true),
            (Logs, "if logs_equal == '1' then append_to_log")),
        InPut("the records of puts", null, (Logs, "if false then append_to_log")),
        new("the record of a drop", Variant.PlantedCopies with
        {
            Scenario = Scenario.FewWithCopies(false, (Fault.Late, 2)),
            Drop = script => PlantedOrderCache.Replace(script, "append_to_log(log, record, redis.pcall)", "1"),
        }),

        // what an instance concludes from it
        InLog("the rule that an order that the log names loses its copy", (_, log) => log is null
            ? null
            : [.. log.Chunk(ChangeLog.RecordBytes).SelectMany(record => ChangeLog.IsReadable(record)
                ? ChangeLog.Record(BinaryPrimitives.ReadUInt64LittleEndian(record), Other)
                : record)]),
        InLog("the rule that after an unknown stamp all copies go", WithStamp),
        InLog("the rule that without a log nothing is a copy", (_, log) => log ?? ChangeLog.Record(1, Other)),
        InLog("the rule that a log with a broken record is none", (_, log) => log is null
            ? null
            : [.. log.Chunk(ChangeLog.RecordBytes).TakeWhile(record => ChangeLog.IsReadable(record))
                .SelectMany(record => record)]),

        // the questions
        new("the rule that no read joins a question that was executed", Variant.Copies with { JoinsExecuted = true }),
        new("the rule that a late answer makes no copies", Variant.Copies with { KeepsLate = true }),
    ];

    private static Guard InPut(string name, Scenario? scenario, params (string Line, string Instead)[] changes) =>
        new(name, Variant.PlantedCopies with
        {
            Scenario = scenario,
            Put = script => changes.Aggregate(
                script, (text, change) => PlantedOrderCache.Replace(text, change.Line, change.Instead)),
        });

    private static Guard InLog(string name, Func<OrderQuestion, byte[]?, byte[]?> log) =>
        new(name, Variant.Copies with { Log = log });

    private static byte[]? WithStamp(OrderQuestion question, byte[]? log) =>
        question.Stamp is { } stamp && ChangeLog.IsReadable(log) && !ChangeLog.TryReadSince(stamp, log, [])
            ? [.. ChangeLog.Record(stamp, Other), .. log!]
            : log;
}
