using FluentValidation;

namespace Mes.Tests.Architecture.Planted.UseCases.IsAsItShouldBe;

/// <summary>Planted.</summary>
internal sealed class IsAsItShouldBeValidator : AbstractValidator<IsAsItShouldBe>;
