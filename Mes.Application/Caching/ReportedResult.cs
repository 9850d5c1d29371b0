using Mes.Domain.Results;

namespace Mes.Application.Caching;

/// <summary>A result that says how the cache took part in it.</summary>
internal sealed class ReportedResult<T> : Result<T>
{
    public ReportedResult(T value, CacheReport report)
        : base(value) =>
        Report = report;

    public ReportedResult(Result<T> result, CacheReport report)
        : base(result) =>
        Report = report;

    public CacheReport Report { get; }
}
