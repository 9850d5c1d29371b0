using Mes.Tests.Caching.Support;

namespace Mes.Tests.Caching.Exploration;

/// <summary>The guards of the board and of the lists, taken out of the scripts.</summary>
internal static class IndexGuards
{
    public static IEnumerable<Guard> All =>
    [
        InPut("the new stamp of an index that a put changes", "'XX', 'INCR', '-1', 'whole'",
            "'XX', 'INCR', '0', 'whole'"),
        InPut("the rule that an equal version is written too", "if version >= current then",
            "if version > current then"),
        InPut("the rule that a put writes into an index that is being built",
            "if not stamp and redis.pcall('ZCOUNT', key, '-inf', '(0') == 0 then return end",
            "if not stamp then return end"),
        InPut("the indexes in the step that writes the entry", "for i = 4, 7 do index(KEYS[i], ARGV[i + 4]) end", ""),
        InPut("the rule that an order that comes to its end leaves the board",
            "removed = redis.pcall('ZREM', key, member)", "removed = 1"),
        InPut("the version check", "if version >= current then", "if true then"),
        new("the rule that only an index whose mark stands becomes whole", Variant.PlantedIndexes with
        {
            RecordBuild = script => PlantedOrderCache.Replace(
                script, "if type(redis.pcall('ZSCORE', KEYS[i], mark)) ~= 'string' then", "if false then"),
        }),
    ];

    private static Guard InPut(string name, string line, string instead) =>
        new(name, Variant.PlantedIndexes with
        {
            Put = script => PlantedOrderCache.Replace(script, line, instead),
        });
}
