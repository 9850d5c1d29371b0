using FluentValidation;

namespace Mes.Application.ApiKeys.CreateApiKey;

internal sealed class CreateApiKeyValidator : AbstractValidator<CreateApiKey>
{
    public CreateApiKeyValidator()
    {
        RuleFor(command => command.Role).IsInEnum().WithMessage("must be seller, operator, service or admin");

        // Cache keys, tags and headers contain the id unescaped.
        RuleFor(command => command.CallerId)
            .Cascade(CascadeMode.Stop)
            .NotNull().WithMessage("is required: the seller's or operator's id")
            .Matches(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")
                .WithMessage("must be 1 to 64 letters, digits, dots, hyphens or underscores");
    }
}
