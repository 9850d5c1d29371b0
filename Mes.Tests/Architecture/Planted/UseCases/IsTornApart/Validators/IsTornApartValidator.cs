using FluentValidation;

namespace Mes.Tests.Architecture.Planted.UseCases.IsTornApart.Validators;

/// <summary>Planted.</summary>
internal sealed class IsTornApartValidator : AbstractValidator<IsTornApart.IsTornApart>;
