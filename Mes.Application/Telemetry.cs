using System.Diagnostics;

namespace Mes.Application;

/// <summary>Where the service's own spans come from.</summary>
public static class Telemetry
{
    public const string Name = "Mes";

    public static ActivitySource Source { get; } = new(Name);
}
