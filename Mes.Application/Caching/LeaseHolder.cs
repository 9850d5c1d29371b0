namespace Mes.Application.Caching;

/// <summary>On whose behalf a lease is asked for.</summary>
public enum LeaseHolder
{
    /// <summary>Gets the lease only if nobody has it.</summary>
    Reader,

    /// <summary>A writer or the relay: takes the lease over from whoever has it.</summary>
    Writer,
}
