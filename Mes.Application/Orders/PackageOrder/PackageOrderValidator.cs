using FluentValidation;

namespace Mes.Application.Orders.PackageOrder;

/// <summary>Nothing of the caller's can be wrong here: the id and the condition were read before.</summary>
internal sealed class PackageOrderValidator : AbstractValidator<PackageOrder>;
