using System.Buffers;
using System.Numerics;
using System.Text.Json;

namespace Mes.Application.Json;

/// <summary>
/// The exact value of a JSON number, which <see cref="double"/> and <see cref="decimal"/> would round: its significant
/// digits without surrounding zeros, times a power of ten.
/// </summary>
public readonly ref struct ExactNumber
{
    /// <summary>A larger exponent makes no difference here.</summary>
    private const int MaxExponent = 1_000_000;

    private readonly ReadOnlySpan<byte> _digits;
    private readonly bool _isNegative;

    private ExactNumber(ReadOnlySpan<byte> digits, int exponent, bool isNegative)
    {
        _digits = digits;
        Exponent = exponent;
        _isNegative = isNegative;
    }

    /// <summary>How many digits it has between its first and its last that are not zero; 0 for zero.</summary>
    public int Digits => _digits.Length;

    /// <summary>The power of ten that the last digit stands for: −2 for 1.25. 0 for zero.</summary>
    public int Exponent { get; }

    /// <param name="reader">Stands at a number.</param>
    public static ExactNumber Read(ref readonly Utf8JsonReader reader) =>
        Parse(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);

    /// <param name="number">Well-formed JSON.</param>
    public static ExactNumber Parse(ReadOnlySpan<byte> number)
    {
        var isNegative = number[0] == '-';
        var rest = isNegative ? number[1..] : number;
        var exponentAt = rest.IndexOfAny((byte)'e', (byte)'E');
        var exponent = exponentAt < 0 ? 0 : ParseExponent(rest[(exponentAt + 1)..]);
        var mantissa = exponentAt < 0 ? rest : rest[..exponentAt];
        var point = mantissa.IndexOf((byte)'.');

        Span<byte> digits = new byte[mantissa.Length];
        mantissa.CopyTo(digits);
        if (point >= 0)
        {
            mantissa[(point + 1)..].CopyTo(digits[point..]);
            digits = digits[..^1];
            exponent -= digits.Length - point;
        }

        digits = digits.TrimStart((byte)'0');
        var significant = digits.TrimEnd((byte)'0');
        exponent += digits.Length - significant.Length;
        return significant.IsEmpty ? default : new ExactNumber(significant, exponent, isNegative);
    }

    /// <summary>False when it has a fraction, or when the type does not hold it.</summary>
    public bool TryToInteger<T>(out T value)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        value = T.Zero;
        if (Exponent < 0 || Digits + Exponent > 20)
        {
            return false;
        }

        Int128 magnitude = 0;
        foreach (var digit in _digits)
        {
            magnitude = (magnitude * 10) + (digit - '0');
        }

        for (var i = 0; i < Exponent && magnitude != 0; i++)
        {
            magnitude *= 10;
        }

        if (_isNegative)
        {
            magnitude = -magnitude;
        }

        if (magnitude < Int128.CreateChecked(T.MinValue) || magnitude > Int128.CreateChecked(T.MaxValue))
        {
            return false;
        }

        value = T.CreateChecked(magnitude);
        return true;
    }

    private static int ParseExponent(ReadOnlySpan<byte> text)
    {
        var isNegative = text[0] == '-';
        var value = 0;
        foreach (var digit in text[0] is (byte)'-' or (byte)'+' ? text[1..] : text)
        {
            value = Math.Min((value * 10) + (digit - '0'), MaxExponent);
        }

        return isNegative ? -value : value;
    }
}
