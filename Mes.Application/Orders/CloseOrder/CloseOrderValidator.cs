using FluentValidation;

namespace Mes.Application.Orders.CloseOrder;

/// <summary>Nothing to check: the endpoint has parsed the id and the condition.</summary>
internal sealed class CloseOrderValidator : AbstractValidator<CloseOrder>;
