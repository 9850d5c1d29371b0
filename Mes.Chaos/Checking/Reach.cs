namespace Mes.Chaos.Checking;

/// <summary>What a fault leaves of the ways between instances, Redis and PostgreSQL.</summary>
internal enum Reach
{
    /// <summary>Every instance that runs reaches both.</summary>
    Everyone,

    /// <summary>An instance is separated from Redis, or so slow to reach it that it gives up; others are not.</summary>
    NotOne,

    /// <summary>No instance reaches Redis, or none the same one for certain.</summary>
    NoRedis,

    /// <summary>Every instance reaches Redis, which answers and does not do what it is asked for.</summary>
    Refused,

    /// <summary>No instance reaches PostgreSQL.</summary>
    NoDatabase,
}
