using System.Diagnostics;

namespace Mes.Application;

/// <summary>The source of the service's own spans.</summary>
public static class Telemetry
{
    public const string Name = "Mes";

    public static ActivitySource Source { get; } = new(Name);
}
