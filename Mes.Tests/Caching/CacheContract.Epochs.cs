using Mes.Infrastructure.Caching;
using Mes.Infrastructure.Coordination;
using Mes.Tests.Caching.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Caching;

/// <summary>Keys of past epochs.</summary>
internal abstract partial class CacheContract
{
    [Test]
    public async Task The_keys_of_old_epochs_are_removed_and_those_of_the_current_one_and_of_others_stay()
    {
        var current = Keys.Number;
        string[] old = [$"mes:{{0}}:{current - 7}:o:a", $"mes:{{0}}:{current - 7}:t:orders",
            $"mes:q:{current - 7}:throughput", $"mes:{{{CellCount}}}:{current}:o:a"];
        string[] kept = [$"mes:{{0}}:{current}:o:b", $"mes:q:{current}:throughput", "mes:settings", "somebody:else"];
        foreach (var key in old.Concat(kept))
        {
            await Redis.StringSetAsync(key, "x");
        }

        // The last of the old keys is from a time when there were more cells.
        var removed = await _host!.Services.GetRequiredService<OldEpochSweeper>()
            .SweepAsync(_host!.Services.GetRequiredService<KeySpace>().RequireAll(), CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(removed, Is.GreaterThanOrEqualTo(old.Length));
            Assert.That(old.Where(key => Redis.KeyExists(key)), Is.Empty);
            Assert.That(kept.Where(key => !Redis.KeyExists(key)), Is.Empty);
        });
    }
}
