namespace Mes.Infrastructure.Redis;

/// <summary>What an error that Redis has replied with affects.</summary>
internal enum RedisErrorScope
{
    /// <summary>One key: it holds a value of another type.</summary>
    Key,

    /// <summary>Some cells: another server has them, or is about to.</summary>
    Elsewhere,

    /// <summary>Writes that need memory. Removals still work.</summary>
    Full,

    /// <summary>Possibly every command, or every write. A trial write shows whether it does.</summary>
    Refusal,
}
