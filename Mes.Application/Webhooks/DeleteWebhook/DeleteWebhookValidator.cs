using FluentValidation;

namespace Mes.Application.Webhooks.DeleteWebhook;

/// <summary>Nothing to check: a malformed id is the id of no webhook.</summary>
internal sealed class DeleteWebhookValidator : AbstractValidator<DeleteWebhook>;
