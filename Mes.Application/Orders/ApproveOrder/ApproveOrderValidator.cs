using FluentValidation;

namespace Mes.Application.Orders.ApproveOrder;

/// <summary>Nothing to check: the endpoint has parsed the id and the condition.</summary>
internal sealed class ApproveOrderValidator : AbstractValidator<ApproveOrder>;
