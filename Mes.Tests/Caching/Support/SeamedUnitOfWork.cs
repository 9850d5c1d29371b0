using Mes.Application.Persistence;

namespace Mes.Tests.Caching.Support;

internal sealed class SeamedUnitOfWork(IUnitOfWork inner, Seams seams) : IUnitOfWork
{
    public bool HasChanges
    {
        get
        {
            seams.Decided?.Invoke();
            return inner.HasChanges;
        }
    }

    public async Task<CommitOutcome> CommitAsync(IReadOnlyCollection<string> tags)
    {
        await seams.PassAsync(Seam.BeforeCommit, null);
        var outcome = seams.Commit is { } instead
            ? await instead(() => inner.CommitAsync(tags))
            : await inner.CommitAsync(tags);
        await seams.PassAsync(Seam.AfterCommit, null);
        return outcome;
    }

    public void Reset() => inner.Reset();
}
