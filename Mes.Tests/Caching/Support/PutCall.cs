using Mes.Application.Caching;
using Mes.Application.Snapshots;

namespace Mes.Tests.Caching.Support;

/// <summary>A put that is about to happen.</summary>
/// <param name="Proceed">Carries the put out.</param>
internal sealed record PutCall(
    OrderSnapshot Order, LeaseToken? Token, IReadOnlyCollection<string> Tags, Func<Task<PutResult>> Proceed);
