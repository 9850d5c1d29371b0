using ArchUnitNET.Loader;
using Mes.Api;
using Mes.Application.Behaviors;
using Mes.Domain.Orders;
using Mes.Embedded;
using Mes.Infrastructure.Persistence;
using Assembly = System.Reflection.Assembly;

namespace Mes.Tests.Architecture;

/// <summary>The compiled code that the rules check.</summary>
internal static class Code
{
    public static readonly Assembly Domain = typeof(Order).Assembly;
    public static readonly Assembly Application = typeof(PipelineRegistration).Assembly;
    public static readonly Assembly Infrastructure = typeof(MesDbContext).Assembly;
    public static readonly Assembly Embedded = typeof(SqliteEngine).Assembly;
    public static readonly Assembly Api = typeof(MesApplication).Assembly;

    /// <summary>Has the planted violations.</summary>
    public static readonly Assembly Tests = typeof(Code).Assembly;

    private static readonly Lazy<ArchUnitNET.Domain.Architecture> LoadedProduct =
        new(() => new ArchLoader().LoadAssemblies(Domain, Application, Infrastructure, Embedded, Api).Build());

    private static readonly Lazy<ArchUnitNET.Domain.Architecture> LoadedPlanted =
        new(() => new ArchLoader().LoadAssemblies(Domain, Application, Infrastructure, Api)
            .LoadNamespacesWithinAssembly(Tests, $"{typeof(Code).Namespace}.{nameof(Planted)}").Build());

    public static IReadOnlyList<Assembly> Product { get; } = [Domain, Application, Infrastructure, Embedded, Api];

    /// <summary>The product, in the form that ArchUnitNET needs.</summary>
    public static ArchUnitNET.Domain.Architecture ProductArchitecture => LoadedProduct.Value;

    /// <summary>The product together with the planted violations.</summary>
    public static ArchUnitNET.Domain.Architecture PlantedArchitecture => LoadedPlanted.Value;
}
