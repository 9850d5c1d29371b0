using FluentValidation;

namespace Mes.Application.Webhooks.TestWebhook;

/// <summary>Nothing to check: a malformed id is the id of no webhook.</summary>
internal sealed class TestWebhookValidator : AbstractValidator<TestWebhook>;
