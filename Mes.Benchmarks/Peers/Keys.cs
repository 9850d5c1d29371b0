namespace Mes.Benchmarks.Peers;

/// <summary>The API keys of the callers.</summary>
/// <param name="Operators">
/// Of several operators, for loads of many connections: the service limits how many requests of one caller it works on
/// at once.
/// </param>
internal sealed record Keys(string Seller, string Service, IReadOnlyList<string> Operators)
{
    public string Operator => Operators[0];
}
