namespace Mes.Application.Caching;

/// <summary>Who requests a lease.</summary>
public enum LeaseHolder
{
    /// <summary>Gets the lease only if it is free.</summary>
    Reader,

    /// <summary>A writer or the relay: takes the lease over from its holder.</summary>
    Writer,
}
