using FluentValidation;
using Mes.Application.Events;
using Mes.Application.Validation;
using Mes.Domain.Webhooks;

namespace Mes.Application.Webhooks;

/// <summary>The rules for what a seller says of a webhook, when it is made and when it is changed.</summary>
internal static class WebhookRules
{
    public static void Url<T>(this IRuleBuilderInitial<T, string?> rule, IWebhookUrls urls) =>
        rule.RequiredText(WebhookLimits.UrlLength).Custom((url, context) =>
        {
            if (url is not null && urls.Object(url) is { } objection)
            {
                context.AddFailure(objection);
            }
        });

    public static void Types<T>(this IRuleBuilderInitial<T, IReadOnlyList<string?>?> rule) =>
        rule.Cascade(CascadeMode.Stop)
            .NotNull().WithMessage("must not be null")
            .Must(types => types!.Count > 0).WithMessage("must not be empty; leave it out for all types")
            .Must(types => types!.All(type => type == Webhook.AllTypes || FeedEvent.Types.Contains(type)))
                .WithMessage($"must be * or some of {string.Join(", ", FeedEvent.Types)}")
            .Must(types => types!.Count == 1 || !types.Contains(Webhook.AllTypes))
                .WithMessage("must not have * beside others")
            .Must(types => types!.Distinct().Count() == types!.Count).WithMessage("must not have a type twice");

    public static void Description<T>(this IRuleBuilderInitial<T, string?> rule) =>
        rule.OptionalText(WebhookLimits.DescriptionLength);
}
