using FluentValidation;

namespace Mes.Application.Webhooks.ReplayDelivery;

/// <summary>Nothing to check: a malformed id names nothing.</summary>
internal sealed class ReplayDeliveryValidator : AbstractValidator<ReplayDelivery>;
