namespace Mes.Application.Messaging;

/// <summary>An <c>If-Match</c>: the versions on which a change may be based.</summary>
public sealed class EntityTagCondition
{
    private readonly IReadOnlyCollection<int>? _versions;

    private EntityTagCondition(IReadOnlyCollection<int>? versions) => _versions = versions;

    /// <summary>No condition, or <c>*</c>: any version will do.</summary>
    public static EntityTagCondition None { get; } = new(null);

    public static EntityTagCondition OneOf(IReadOnlyCollection<int> versions) => new(versions);

    public bool Holds(int version) => _versions?.Contains(version) ?? true;
}
