using Microsoft.AspNetCore.Http;

namespace Mes.Tests.Architecture.Planted.Layers;

/// <summary>Planted: application code that uses ASP.NET Core.</summary>
internal sealed class NamesAspNet
{
    public static int NotFound => StatusOf(TypedResults.NotFound());

    private static int StatusOf(IStatusCodeHttpResult result) => result.StatusCode ?? 0;
}
