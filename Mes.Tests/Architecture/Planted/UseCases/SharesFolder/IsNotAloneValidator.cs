using FluentValidation;

namespace Mes.Tests.Architecture.Planted.UseCases.SharesFolder;

/// <summary>Planted.</summary>
internal sealed class IsNotAloneValidator : AbstractValidator<IsNotAlone>;
