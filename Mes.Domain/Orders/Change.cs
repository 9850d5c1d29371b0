using Mes.Domain.Callers;

namespace Mes.Domain.Orders;

/// <summary>Who made the latest change of an order, and the reason or note given for it.</summary>
/// <param name="By">
/// As <see cref="Caller.ToString"/> writes it, or <c>database:&lt;user&gt;</c> for a change made directly in the
/// database.
/// </param>
/// <param name="Note">The reason, where the change asks for one.</param>
public sealed record Change(string By, string? Note);
