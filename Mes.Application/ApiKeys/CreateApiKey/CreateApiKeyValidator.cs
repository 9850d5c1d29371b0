using FluentValidation;
using Mes.Application.Validation;
using Mes.Domain.Callers;

namespace Mes.Application.ApiKeys.CreateApiKey;

internal sealed class CreateApiKeyValidator : AbstractValidator<CreateApiKey>
{
    public CreateApiKeyValidator()
    {
        RuleFor(command => command.Role)
            .Cascade(CascadeMode.Stop)
            .NotNull().WithMessage($"is required: one of {string.Join(", ", Roles.Names)}")
            .IsInEnum().WithMessage($"must be one of {string.Join(", ", Roles.Names)}");
        HolderId(RuleFor(command => command.SellerId), Role.Seller);
        HolderId(RuleFor(command => command.OperatorId), Role.Operator);
        RuleFor(command => command.Name).OptionalText(ApiKeyLimits.NameLength)
            .Must(name => name is null || !string.IsNullOrWhiteSpace(name)).WithMessage("must not be blank");
    }

    private static void HolderId(IRuleBuilderInitial<CreateApiKey, string?> rule, Role role) =>
        rule.Cascade(CascadeMode.Stop)
            .Must((command, id) => id is null || command.Role == role)
                .WithMessage($"is for the role {Roles.NameOf(role)} only")
            .Must((command, id) => id is not null || command.Role != role)
                .WithMessage($"is required for the role {Roles.NameOf(role)}")
            .Matches($@"\A{ApiKeyLimits.HolderIdPattern}\z")
                .WithMessage("must be 1 to 64 letters, digits, dots, hyphens or underscores");
}
