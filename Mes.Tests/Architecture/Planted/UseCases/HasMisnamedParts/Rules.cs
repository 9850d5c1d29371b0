using FluentValidation;

namespace Mes.Tests.Architecture.Planted.UseCases.HasMisnamedParts;

/// <summary>Planted.</summary>
internal sealed class Rules : AbstractValidator<HasMisnamedParts>;
