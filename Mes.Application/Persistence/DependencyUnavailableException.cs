namespace Mes.Application.Persistence;

/// <summary>A dependency, such as the database, did not answer in time.</summary>
public sealed class DependencyUnavailableException(string dependency, Exception? cause)
    : Exception($"{dependency} does not answer.", cause)
{
    public string Dependency { get; } = dependency;
}
