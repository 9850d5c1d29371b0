using FluentValidation;

namespace Mes.Tests.Architecture.Planted.UseCases.HasTwoHandlers;

/// <summary>Planted.</summary>
internal sealed class HasTwoHandlersValidator : AbstractValidator<HasTwoHandlers>;
