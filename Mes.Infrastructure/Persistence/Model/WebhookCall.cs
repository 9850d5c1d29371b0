using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>A test or a replay of a webhook, kept for as long as it counts towards the limit.</summary>
internal sealed class WebhookCall
{
    public long Id { get; init; }

    public Guid WebhookId { get; init; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset At { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<WebhookCall>
    {
        public void Configure(EntityTypeBuilder<WebhookCall> call)
        {
            call.ToTable("webhook_calls");
            call.HasKey(c => c.Id);
            call.HasIndex(c => new { c.WebhookId, c.At }, "ix_webhook_calls_webhook");
        }
    }
}
