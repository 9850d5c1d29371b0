using FluentValidation;

namespace Mes.Application.ApiKeys.RevokeApiKey;

internal sealed class RevokeApiKeyValidator : AbstractValidator<RevokeApiKey>
{
    public RevokeApiKeyValidator() =>
        RuleFor(command => command.KeyId).NotEmpty()
            .WithMessage("is required: the part of the key between mes_live_ and the next _");
}
