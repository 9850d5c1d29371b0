using FluentValidation;

namespace Mes.Application.Webhooks.GetWebhook;

/// <summary>Nothing to check: a malformed id is the id of no webhook.</summary>
internal sealed class GetWebhookValidator : AbstractValidator<GetWebhook>;
