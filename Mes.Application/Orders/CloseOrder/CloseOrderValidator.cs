using FluentValidation;

namespace Mes.Application.Orders.CloseOrder;

/// <summary>Nothing of the caller's can be wrong here: the id and the condition were read before.</summary>
internal sealed class CloseOrderValidator : AbstractValidator<CloseOrder>;
