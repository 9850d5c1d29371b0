using FluentValidation;

namespace Mes.Tests.Architecture.Planted.Pipelines;

/// <summary>Planted.</summary>
internal sealed class PlantedCommandValidator : AbstractValidator<PlantedCommand>;
