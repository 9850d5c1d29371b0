namespace Mes.Domain.Callers;

/// <summary>The limits of API keys, for the validators and for the API's description.</summary>
public static class ApiKeyLimits
{
    /// <summary>How many live keys a seller may have; those that have been rotated do not count.</summary>
    public const int LivePerSeller = 20;

    public const int NameLength = 100;

    public const int MaxOverlapSeconds = 604_800;

    public const int DefaultOverlapSeconds = 86_400;

    /// <summary>
    /// The form of a holder's id, for the whole text: cache keys, tags and headers contain it unescaped.
    /// </summary>
    public const string HolderIdPattern = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
}
