using FluentValidation;

namespace Mes.Tests.Architecture.Planted.UseCases.Strays;

/// <summary>Planted.</summary>
internal sealed class StrayValidator : AbstractValidator<string>;
