using FluentValidation;

namespace Mes.Application.Statistics.GetThroughput;

internal sealed class GetThroughputValidator : AbstractValidator<GetThroughput>
{
    public GetThroughputValidator() =>
        RuleFor(query => query.Days).InclusiveBetween(1, GetThroughput.MaxDays)
            .WithMessage($"must be between 1 and {GetThroughput.MaxDays}");
}
