using FluentValidation;

namespace Mes.Application.Orders.CompleteOrder;

/// <summary>Nothing to check: the endpoint has parsed the id and the condition.</summary>
internal sealed class CompleteOrderValidator : AbstractValidator<CompleteOrder>;
