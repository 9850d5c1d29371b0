namespace Mes.Infrastructure.Connections;

/// <summary>Finds exceptions that EF Core has wrapped.</summary>
internal static class ExceptionChain
{
    /// <returns>The exception itself, or the first of its causes, that has this type; null if none has.</returns>
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
