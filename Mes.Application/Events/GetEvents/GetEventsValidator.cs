using FluentValidation;

namespace Mes.Application.Events.GetEvents;

internal sealed class GetEventsValidator : AbstractValidator<GetEvents>
{
    public GetEventsValidator()
    {
        RuleFor(query => query.Limit).InclusiveBetween(1, GetEvents.MaxLimit)
            .WithMessage($"must be between 1 and {GetEvents.MaxLimit}");
        RuleFor(query => query.Wait).InclusiveBetween(0, GetEvents.MaxWait)
            .WithMessage($"must be between 0 and {GetEvents.MaxWait}");
        RuleFor(query => query.Start)
            .Null().WithMessage("is for a follower that begins; leave it out beside a cursor")
            .When(query => query.Cursor is not null);
    }
}
