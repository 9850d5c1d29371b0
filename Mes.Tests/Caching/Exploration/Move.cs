namespace Mes.Tests.Caching.Exploration;

/// <summary>What may happen next.</summary>
/// <param name="Actor">Whose step it is; null for a fault.</param>
/// <param name="Fault">Null for a step.</param>
internal readonly record struct Move(Actor? Actor, Fault? Fault, Func<Task> TakeAsync);
