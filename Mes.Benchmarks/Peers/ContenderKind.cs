namespace Mes.Benchmarks.Peers;

/// <summary>What the instances of a contender run.</summary>
internal enum ContenderKind
{
    /// <summary>The service.</summary>
    Service,

    /// <summary>An earlier build of the service.</summary>
    Before,

    /// <summary>The service with its cache turned off.</summary>
    WithoutCache,

    /// <summary>Mes.Contenders: the service with another cache, or the bare limit.</summary>
    OtherCache,
}
