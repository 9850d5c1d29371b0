using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>
/// Answers of indexes, kept in this process with the stamp that the index had. None is ever shown on its own account: whoever asks
/// sends the stamp along, and only where Redis says that the index still has it, in the step that would else have made the answer, is
/// this the answer. So there is nothing to invalidate and no message to miss (bug classes 9, 10); what is saved is the work.
/// </summary>
internal sealed class LocalIndexCopies(IOptions<CacheOptions> options) : IDisposable
{
    /// <summary>What nobody asks for any more goes, to save memory.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    /// <summary>About what a copy takes besides its orders, and an order besides its JSON.</summary>
    private const int OwnBytes = 1024;
    private const int OrderBytes = 300;

    private readonly MemoryCache _copies = new(new MemoryCacheOptions { SizeLimit = options.Value.MostCopied });

    public Copy? Find(CacheEpoch epoch, IndexQuery question) => _copies.Get<Copy>(KeyOf(epoch, question));

    /// <summary>Nothing is done where hardly anybody will ask for the same again.</summary>
    public void Keep(CacheEpoch epoch, IndexQuery question, Copy copy)
    {
        if (!question.IsFromTheStart)
        {
            return;
        }

        using var entry = _copies.CreateEntry(KeyOf(epoch, question));
        entry.Value = copy;
        entry.SlidingExpiration = Idle;
        // Twice the JSON: the board's answer has it too.
        entry.Size = OwnBytes + copy.Answer.Orders.Sum(order => OrderBytes + (2L * order.Json.Length));
    }

    public void Dispose() => _copies.Dispose();

    private static (int Cell, long Epoch, IndexQuery Question) KeyOf(CacheEpoch epoch, IndexQuery question) => (epoch.Cell, epoch.Number, question);

    /// <param name="Stamp">Of the index that the answer was made of.</param>
    internal sealed record Copy(string Stamp, IndexAnswer Answer);
}
