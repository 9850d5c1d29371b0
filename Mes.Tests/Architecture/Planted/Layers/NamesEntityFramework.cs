using Microsoft.EntityFrameworkCore;

namespace Mes.Tests.Architecture.Planted.Layers;

/// <summary>
/// Planted: application code that queries the database itself, in a lambda of an asynchronous method.
/// </summary>
internal sealed class NamesEntityFramework
{
    public static async Task<int> CountAsync(Func<object> context)
    {
        var count = () => ((DbContext)context()).Set<object>().CountAsync();
        return await count();
    }
}
