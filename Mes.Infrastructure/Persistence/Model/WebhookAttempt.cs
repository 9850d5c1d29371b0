using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>One attempt to send an event to a webhook; a row of the log.</summary>
internal sealed class WebhookAttempt
{
    public long Id { get; init; }

    public Guid WebhookId { get; init; }

    public Guid EventId { get; init; }

    public required string Type { get; init; }

    /// <summary>1 for the event's first attempt.</summary>
    public int Attempt { get; init; }

    /// <summary>When it began, by the database's clock.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The HTTP status of the answer; null where there was none.</summary>
    public int? ResponseStatus { get; init; }

    public int DurationMs { get; init; }

    /// <summary>Why it failed; null if the event was delivered.</summary>
    public string? Error { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<WebhookAttempt>
    {
        public void Configure(EntityTypeBuilder<WebhookAttempt> attempt)
        {
            attempt.ToTable("webhook_attempts");
            attempt.HasKey(a => a.Id);
            attempt.Property(a => a.Type).HasMaxLength(64);
            attempt.Property(a => a.Error).HasMaxLength(16);
            attempt.HasIndex(a => new { a.WebhookId, a.At, a.Id }, "ix_webhook_attempts_webhook");
        }
    }
}
