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
