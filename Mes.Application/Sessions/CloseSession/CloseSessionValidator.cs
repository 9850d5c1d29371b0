using FluentValidation;

namespace Mes.Application.Sessions.CloseSession;

internal sealed class CloseSessionValidator : AbstractValidator<CloseSession>
{
    public CloseSessionValidator() => RuleFor(command => command.Token).NotNull().WithMessage("is required");
}
