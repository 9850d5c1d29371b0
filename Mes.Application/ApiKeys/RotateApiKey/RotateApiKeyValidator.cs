using FluentValidation;
using Mes.Domain.Callers;

namespace Mes.Application.ApiKeys.RotateApiKey;

internal sealed class RotateApiKeyValidator : AbstractValidator<RotateApiKey>
{
    public RotateApiKeyValidator() =>
        RuleFor(command => command.OverlapSeconds).InclusiveBetween(0, ApiKeyLimits.MaxOverlapSeconds)
            .WithMessage($"must be between 0 and {ApiKeyLimits.MaxOverlapSeconds}");
}
