using FluentValidation;

namespace Mes.Application.Statistics.GetWidget;

/// <summary>Nothing of the caller's can be wrong here: the seller comes from its key.</summary>
internal sealed class GetWidgetValidator : AbstractValidator<GetWidget>;
