using FluentValidation;

namespace Mes.Application.Sessions.OpenSession;

internal sealed class OpenSessionValidator : AbstractValidator<OpenSession>
{
    public OpenSessionValidator() => RuleFor(command => command.KeyId).NotEmpty().WithMessage("is required");
}
