namespace Mes.Infrastructure.Connections;

/// <summary>What EF Core wraps, found again.</summary>
internal static class ExceptionChain
{
    /// <returns>The exception itself or the first of its causes that is one of these; null when none is.</returns>
    public static T? Find<T>(this Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
            {
                return found;
            }
        }

        return null;
    }
}
