using System.Text;
using FluentValidation;

namespace Mes.Application.Validation;

/// <summary>Rules for text that many requests share.</summary>
internal static class TextRules
{
    /// <summary>
    /// Required, not blank, and not longer than the limit (in Unicode code points, as in JSON Schema).
    /// </summary>
    public static IRuleBuilderOptions<T, string?> RequiredText<T>(
        this IRuleBuilderInitial<T, string?> rule, int maxLength) =>
        rule.Cascade(CascadeMode.Stop).Filled(maxLength);

    /// <summary>The same for each of several texts.</summary>
    public static IRuleBuilderOptions<T, string?> RequiredText<T>(
        this IRuleBuilderInitialCollection<T, string?> rule, int maxLength) =>
        rule.Cascade(CascadeMode.Stop).Filled(maxLength);

    /// <summary>Optional, and not longer than the limit.</summary>
    public static IRuleBuilderOptions<T, string?> OptionalText<T>(
        this IRuleBuilderInitial<T, string?> rule, int maxLength) =>
        rule.Cascade(CascadeMode.Stop).WellFormed(maxLength);

    private static IRuleBuilderOptions<T, string?> Filled<T>(this IRuleBuilder<T, string?> rule, int maxLength) =>
        rule.NotNull().WithMessage("is required")
            .Must(text => !string.IsNullOrWhiteSpace(text)).WithMessage("must not be blank")
            .WellFormed(maxLength);

    private static IRuleBuilderOptions<T, string?> WellFormed<T>(this IRuleBuilder<T, string?> rule, int maxLength) =>
        rule
            .Must(IsText).WithMessage("must not contain NUL or half of a surrogate pair")
            .Must(text => text is null || Length(text) <= maxLength)
                .WithMessage($"must have at most {maxLength} characters");

    /// <summary>
    /// Whether database and JSON can hold the text: PostgreSQL refuses NUL, and half a surrogate pair is not Unicode.
    /// </summary>
    private static bool IsText(string? text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var consumed) != System.Buffers.OperationStatus.Done
                || rune.Value == 0)
            {
                return false;
            }

            rest = rest[consumed..];
        }

        return true;
    }

    private static int Length(string text) => text.EnumerateRunes().Count();
}
