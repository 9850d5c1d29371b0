namespace Mes.Application.Persistence;

/// <summary>The database did not answer within its budget.</summary>
public sealed class DependencyUnavailableException(string dependency, Exception? cause)
    : Exception($"{dependency} does not answer.", cause)
{
    public string Dependency { get; } = dependency;
}
