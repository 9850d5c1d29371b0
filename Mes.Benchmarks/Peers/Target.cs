namespace Mes.Benchmarks.Peers;

/// <summary>A number to reach.</summary>
/// <param name="What">For the table.</param>
/// <param name="Bound">What is to be reached, at least or at most.</param>
/// <param name="IsAtLeast">Whether more is better.</param>
/// <param name="Measured">NaN while something that it needs has not been measured.</param>
/// <param name="Against">What it was compared with, where that is chosen by the measurement.</param>
internal sealed record Target(string What, double Bound, bool IsAtLeast, double Measured, string Against = "")
{
    /// <summary>Null while it has not been measured.</summary>
    public bool? IsReached => double.IsNaN(Measured) ? null : IsAtLeast ? Measured >= Bound : Measured <= Bound;
}
