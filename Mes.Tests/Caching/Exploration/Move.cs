namespace Mes.Tests.Caching.Exploration;

/// <summary>Something that may happen next.</summary>
/// <param name="Actor">The actor that takes the step. Null for a fault.</param>
/// <param name="Fault">Null for a step.</param>
internal readonly record struct Move(Actor? Actor, Fault? Fault, Func<Task> TakeAsync);
