using ArchUnitNET.Domain;

namespace Mes.Tests.Architecture;

/// <summary>
/// Rooms are the folders of a project, each with its own namespace. They depend on each other in one direction: if one
/// room depends on another, directly or indirectly, the other does not depend on it.
/// </summary>
/// <param name="root">The namespace whose child namespaces are the rooms.</param>
internal sealed class RoomRule(ArchUnitNET.Domain.Architecture architecture, string root)
{
    private readonly ILookup<string, (string Room, string Because)> _knows = architecture.Types
        .SelectMany(type => type.Dependencies.Select(
            dependency => (From: RoomOf(type, root), To: RoomOf(dependency.Target, root), type, dependency)))
        .Where(edge => edge is { From: not null, To: not null } && edge.From != edge.To)
        .Select(edge =>
            (From: edge.From!, To: edge.To!, Because: $"{edge.type.Name} names {edge.dependency.Target.Name}"))
        .DistinctBy(edge => (edge.From, edge.To))
        .ToLookup(edge => edge.From, edge => (edge.To, edge.Because));

    /// <summary>Every room that depends on another one.</summary>
    public IEnumerable<string> Rooms => _knows.Select(room => room.Key);

    /// <returns>The rooms on which this one depends, each with an example.</returns>
    public IEnumerable<(string Room, string Because)> KnownBy(string room) => _knows[room];

    /// <returns>Each cycle, with an example of every edge.</returns>
    public IEnumerable<string> Cycles() =>
        Rooms.Order(StringComparer.Ordinal).Select(room => WayBack(room, room, [])).OfType<string>();

    private string? WayBack(string from, string to, HashSet<string> visited)
    {
        foreach (var (room, because) in _knows[from].OrderBy(known => known.Room, StringComparer.Ordinal))
        {
            var step = $"{from} -> {room} ({because})";
            if (room == to)
            {
                return step;
            }

            if (visited.Add(room) && WayBack(room, to, visited) is { } rest)
            {
                return $"{step}; {rest}";
            }
        }

        return null;
    }

    private static string? RoomOf(IType type, string root)
    {
        var name = type.Namespace?.FullName ?? string.Empty;
        return name.StartsWith(root + ".", StringComparison.Ordinal) ? name[(root.Length + 1)..].Split('.')[0] : null;
    }
}
