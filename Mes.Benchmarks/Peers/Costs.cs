namespace Mes.Benchmarks.Peers;

/// <summary>What a contender has used since its start.</summary>
/// <param name="ServiceCpu">Milliseconds of CPU of its instances.</param>
/// <param name="RedisCpu">Milliseconds of CPU of its Redis.</param>
/// <param name="RedisCommands">Commands that its Redis processed, those inside of scripts included.</param>
/// <param name="Statements">Statements that its database ran.</param>
/// <param name="Allocated">Bytes that its instances allocated.</param>
internal sealed record Costs(
    double ServiceCpu, double RedisCpu, double RedisCommands, double Statements, double Allocated)
{
    public Costs Since(Costs earlier) => new(
        ServiceCpu - earlier.ServiceCpu,
        RedisCpu - earlier.RedisCpu,
        RedisCommands - earlier.RedisCommands,
        Statements - earlier.Statements,
        Allocated - earlier.Allocated);

    public Costs PerThousand(long requests)
    {
        var thousands = Math.Max(1, requests) / 1000.0;
        return new(ServiceCpu / thousands, RedisCpu / thousands, RedisCommands / thousands, Statements / thousands,
            Allocated / thousands);
    }
}
