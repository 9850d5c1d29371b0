namespace Mes.Benchmarks.Peers;

/// <summary>The API keys of the callers.</summary>
internal sealed record Keys(string Seller, string Operator, string Service);
