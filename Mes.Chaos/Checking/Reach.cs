namespace Mes.Chaos.Checking;

/// <summary>Which connections between instances, Redis and PostgreSQL a fault leaves intact.</summary>
internal enum Reach
{
    /// <summary>Every running instance reaches both.</summary>
    Everyone,

    /// <summary>One instance does not reach Redis, or so slowly that it gives up; the others do reach it.</summary>
    NotOne,

    /// <summary>No instance reaches Redis, or different instances may reach different ones.</summary>
    NoRedis,

    /// <summary>Every instance reaches Redis, which answers but refuses to work.</summary>
    Refused,

    /// <summary>No instance reaches PostgreSQL.</summary>
    NoDatabase,
}
