namespace Mes.Infrastructure.Redis;

/// <summary>Whom an error that Redis has answered concerns.</summary>
internal enum RedisErrorScope
{
    /// <summary>One key: something else stands under it.</summary>
    Key,

    /// <summary>One cell, or some: another server has it, or is about to.</summary>
    Elsewhere,

    /// <summary>Writes that need memory. Removing still works.</summary>
    Full,

    /// <summary>Perhaps every command, or every write: a write of one's own shows whether it does.</summary>
    Refusal,
}
