namespace Mes.Application.Statistics.GetWidget;

/// <summary>The orders of a seller that have not ended.</summary>
/// <param name="Orders">In all active statuses together.</param>
public sealed record Widget(int Orders);
