using FluentValidation;

namespace Mes.Application.Orders.PackageOrder;

/// <summary>Nothing to check: the endpoint has parsed the id and the condition.</summary>
internal sealed class PackageOrderValidator : AbstractValidator<PackageOrder>;
