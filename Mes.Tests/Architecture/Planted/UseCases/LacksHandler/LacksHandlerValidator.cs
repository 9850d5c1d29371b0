using FluentValidation;

namespace Mes.Tests.Architecture.Planted.UseCases.LacksHandler;

/// <summary>Planted.</summary>
internal sealed class LacksHandlerValidator : AbstractValidator<LacksHandler>;
