using System.Text.RegularExpressions;
using Mes.Chaos.Cluster;
using StackExchange.Redis;

namespace Mes.Chaos.Nemesis;

/// <summary>Faults that leave Redis running and replace contents of the service's keys.</summary>
internal static class Spoiling
{
    // Changes the version in the first line of entries of orders that may still change: to a higher one, a lower one,
    // or not at all. The seed in ARGV decides by chance.
    private const string SpoilVersions = """
        math.randomseed(tonumber(ARGV[1]))
        for _, key in ipairs(redis.call('KEYS', 'mes:{*}:*:o:*')) do
          local entry = redis.pcall('GET', key)
          if type(entry) == 'string' then
            local magic, version, rest = string.match(entry, '^(MES %d+) (%d+) (.*)$')
            local ended = rest and string.match(rest, '^%d+ %S+ (%u+) ')
            if magic and ended ~= 'CLOSED' and ended ~= 'CANCELLED' and ended ~= 'REJECTED' then
              local dice = math.random(4)
              if dice == 1 then redis.call('SET', key, magic .. ' ' .. (tonumber(version) + math.random(9)) .. ' ' .. rest) end
              if dice == 2 then redis.call('SET', key, magic .. ' ' .. math.max(0, tonumber(version) - math.random(3)) .. ' ' .. rest) end
            end
          end
        end
        """;

    // ForgeNotes writes what a killed builder leaves behind, but with a note that claims that the build is complete.
    // SpoilNotes then makes other instances take running builders for killed, and moves the positions in their notes.
    private const string ForgeNotes = """
        local function forge(indexes, prefix, group, last)
          for _, index in ipairs(indexes) do
            redis.call('DEL', index)
            redis.call('ZADD', index, '-2', 'building:0')
          end
          redis.call('SET', prefix .. 'p:' .. group, '00000000 building:0 9999999999999 ffffffff-ffff-ffff-ffff-ffffffffffff' .. last)
          redis.call('DEL', prefix .. 'w:' .. group)
        end
        for _, board in ipairs(redis.call('KEYS', 'mes:{*}:*:b:')) do
          forge({ board }, string.sub(board, 1, -3), 'board', ' SHIPPED')
        end
        for _, index in ipairs(redis.call('KEYS', 'mes:{*}:*:su:*')) do
          local prefix, seller = string.match(index, '^(mes:{%d+}:%d+:)su:(.*)$')
          if prefix then forge({ index, prefix .. 'sc:' .. seller, prefix .. 'ss:' .. seller }, prefix, 'seller:' .. seller, '') end
        end
        return 1
        """;

    private const string SpoilNotes = """
        for _, key in ipairs(redis.call('KEYS', 'mes:{*}:*:p:*')) do
          local note = redis.pcall('GET', key)
          local mark, digit, rest = string.match(type(note) == 'string' and note or '', '^(%S+ %S+ .-)(%d)(.*)$')
          if mark then
            redis.call('SET', key, mark .. '9' .. rest, 'KEEPTTL')
            redis.call('DEL', (string.gsub(key, '^(mes:{%d+}:%d+:)p:', '%1w:')))
          end
        end
        return 1
        """;

    private const int LogRecordBytes = 28;

    // Spoils a change log in the way that ARGV[1] says, at the place that ARGV[2] says.
    private const string SpoilLog = """
        local log, way, at = KEYS[1], ARGV[1], tonumber(ARGV[2])
        if way == 'type' then
          redis.call('DEL', log)
          redis.call('HSET', log, 'field', 'value')
        elseif way == 'delete' or redis.call('TYPE', log).ok ~= 'string' then
          redis.call('DEL', log)
        elseif way == 'byte' and redis.call('STRLEN', log) > 0 then
          redis.call('SETRANGE', log, at % redis.call('STRLEN', log), 'X')
        elseif way == 'end' then
          redis.call('SET', log, redis.call('GETRANGE', log, 0, -2 - at % 100))
        elseif way == 'start' then
          redis.call('SET', log, redis.call('GETRANGE', log, 1 + at % 100, -1))
        else
          redis.call('APPEND', log, 'nonsense')
        end
        return 1
        """;

    private static readonly string[] LogSpoilings = ["type", "delete", "byte", "end", "start", "nonsense"];

    /// <summary>Corrupts any keys in any way.</summary>
    public static async Task CorruptAsync(FaultContext c)
    {
        for (var i = 0; i < 20; i++)
        {
            var redis = await c.ChooseRedisAsync();
            if ((string?)await redis.CommandAsync("RANDOMKEY") is { } key)
            {
                await CorruptAsync(redis, key, c.Random);
            }
        }
    }

    /// <summary>
    /// Changes the versions of orders that writers are changing. If the version is too high, correct puts seem
    /// superseded; if it is too low, old puts seem new.
    /// </summary>
    public static async Task SpoilVersionsAsync(FaultContext c)
    {
        for (var i = 0; i < 10; i++)
        {
            await c.Redis.CommandAsync("EVAL", SpoilVersions, 0, c.Random.Next());
            await c.PauseAsync(10, 100);
        }
    }

    /// <summary>Changes the notes that say how far an index has been built.</summary>
    public static async Task SpoilNotesAsync(FaultContext c)
    {
        await c.Redis.CommandAsync("EVAL", ForgeNotes, 0);
        for (var i = 0; i < 50; i++)
        {
            await c.Redis.CommandAsync("EVAL", SpoilNotes, 0);
            await c.PauseAsync(1, 20);
        }
    }

    /// <summary>
    /// Changes bytes of change logs, cuts them at either end, deletes them, and puts something of another type in their
    /// place.
    /// </summary>
    public static async Task SpoilLogsAsync(FaultContext c)
    {
        for (var i = 0; i < 40; i++)
        {
            var redis = await c.ChooseRedisAsync();
            var logs = await LogsAsync(redis);
            if (logs.Length > 0)
            {
                var way = LogSpoilings[c.Random.Next(LogSpoilings.Length)];
                await redis.CommandAsync("EVAL", SpoilLog, 1, logs[c.Random.Next(logs.Length)], way, c.Random.Next());
            }

            await c.PauseAsync(1, 50);
        }
    }

    /// <summary>
    /// Sets change logs back to what they were a while ago, once every instance has read on from there. While an
    /// instance still knew one of its stamps, nothing could tell the old log from the current one: the log would be an
    /// older value with its checksums right (docs/consistency.md, "Not promised").
    /// </summary>
    public static async Task SetLogsBackAsync(FaultContext c)
    {
        var redis = await c.ChooseRedisAsync();
        var saved = new Dictionary<string, byte[]>();
        foreach (var log in await LogsAsync(redis))
        {
            if (await ReadLogAsync(redis, log) is { } bytes)
            {
                saved[log] = bytes;
            }
        }

        await c.PauseAsync(1500, 3000);
        foreach (var (log, old) in saved)
        {
            if (await ReadLogAsync(redis, log) is { } current && !HaveRecordInCommon(old, current))
            {
                await c.PauseAsync(1000, 1100); // Every instance reads the log many times.
                for (var i = 0; i < 3; i++)
                {
                    await redis.CommandAsync("SET", log, old);
                    await c.PauseAsync(1000, 1100);
                    if (await ReadLogAsync(redis, log) is not { } next || HaveRecordInCommon(old, next))
                    {
                        break;
                    }
                }
            }
        }
    }

    private static async Task<string[]> LogsAsync(RedisServer redis) =>
        (string[])(await redis.CommandAsync("KEYS", "mes:{*}:*:c:"))!;

    private static async Task<byte[]?> ReadLogAsync(RedisServer redis, string log)
    {
        try
        {
            return (byte[]?)await redis.CommandAsync("GET", log);
        }
        catch (RedisServerException exception) when (
            exception.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
        {
            return null; // Another fault has corrupted the key, and no change has replaced it since.
        }
    }

    private static bool HaveRecordInCommon(byte[] one, byte[] other)
    {
        var records = one.Chunk(LogRecordBytes).Select(Convert.ToHexString).ToHashSet();
        return other.Chunk(LogRecordBytes).Any(record => records.Contains(Convert.ToHexString(record)));
    }

    private static async Task CorruptAsync(RedisServer redis, string key, Random random)
    {
        try
        {
            switch (random.Next(6))
            {
                case 0:
                    await redis.CommandAsync("SETRANGE", key, 0, "XXX");
                    break;
                case 1:
                    await redis.CommandAsync("APPEND", key, "}");
                    break;
                case 2:
                    await redis.CommandAsync("SET", key, "MES 99 1 2 a b 3\n{}");
                    break;
                case 3:
                    await SpoilVersionAsync(redis, key);
                    break;
                case 4:
                    await redis.CommandAsync("SETRANGE", key, random.Next(100, 500), "X"); // Somewhere in the payload.
                    break;
                default:
                    await redis.CommandAsync("DEL", key);
                    await redis.CommandAsync("HSET", key, "field", "value");
                    break;
            }
        }
        catch (RedisServerException exception) when (
            exception.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
        {
            // This fault has corrupted the key already, or the key is a tagged answer, which is a hash.
        }
    }

    /// <summary>
    /// Writes an intact first line with a version that the order has not reached. Correct puts then seem superseded.
    /// </summary>
    private static async Task SpoilVersionAsync(RedisServer redis, string key)
    {
        if ((string?)await redis.CommandAsync("GET", key) is { } entry)
        {
            await redis.CommandAsync("SET", key, Regex.Replace(entry, @"^(MES \d+) (\d+) ", "$1 1$2 "));
        }
    }
}
