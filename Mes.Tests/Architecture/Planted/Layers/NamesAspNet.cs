using Microsoft.AspNetCore.Http;

namespace Mes.Tests.Architecture.Planted.Layers;

/// <summary>Planted: code of the application that knows HTTP.</summary>
internal sealed class NamesAspNet
{
    public static int NotFound => StatusOf(TypedResults.NotFound());

    private static int StatusOf(IStatusCodeHttpResult result) => result.StatusCode ?? 0;
}
