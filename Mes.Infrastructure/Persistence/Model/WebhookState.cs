using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>
/// How the receiver of a webhook has fared, and so how much is sent to it. Apart from the webhook, because attempts
/// change it and sellers do not. All times are those of the database's clock.
/// </summary>
internal sealed class WebhookState
{
    public Guid WebhookId { get; init; }

    /// <summary>How many attempts in turn have failed since the last one that succeeded.</summary>
    public int Failures { get; init; }

    /// <summary>For how many milliseconds these attempts have gone on.</summary>
    public long FailingMilliseconds { get; init; }

    public DateTimeOffset? LastFailureAt { get; init; }

    /// <summary>Until when nothing is sent in turn; null if it is not held.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>
    /// How many deliveries may be under way at once while the receiver recovers from many failures; null otherwise.
    /// </summary>
    public int? Portion { get; init; }

    /// <summary>When a delivery in turn was last claimed: those that have waited longest come first.</summary>
    public DateTimeOffset? ClaimedAt { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<WebhookState>
    {
        public void Configure(EntityTypeBuilder<WebhookState> state)
        {
            state.ToTable("webhook_states");
            state.HasKey(s => s.WebhookId);
            state.Property(s => s.WebhookId).ValueGeneratedNever();
        }
    }
}
