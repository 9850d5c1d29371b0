using Mes.Domain.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Mes.Infrastructure.Persistence.Model;

internal sealed class WebhookConfiguration : IEntityTypeConfiguration<Webhook>
{
    public void Configure(EntityTypeBuilder<Webhook> webhook)
    {
        webhook.ToTable("webhooks");
        webhook.HasKey(w => w.Id);
        webhook.Property(w => w.Id).ValueGeneratedNever();
        webhook.Property(w => w.SellerId).HasMaxLength(64);
        webhook.Property(w => w.Url).HasMaxLength(WebhookLimits.UrlLength);
        webhook.Property(w => w.Types).HasMaxLength(1_000);
        webhook.Property(w => w.Description).HasMaxLength(WebhookLimits.DescriptionLength);
        webhook.Property(w => w.Status).HasConversion<StatusConverter>().HasMaxLength(16);
        webhook.Property(w => w.StatusReason).HasMaxLength(32);
        webhook.Property(w => w.CreatedAt);
        webhook.Property(w => w.Secret).HasMaxLength(200);
        webhook.Property(w => w.PreviousSecret).HasMaxLength(200);
        webhook.Ignore(w => w.TypeNames);
        webhook.HasIndex(w => new { w.SellerId, w.CreatedAt }, "ix_webhooks_seller");
    }

    private sealed class StatusConverter() : ValueConverter<WebhookStatus, string>(
        status => status.ToString().ToLowerInvariant(), name => Enum.Parse<WebhookStatus>(name, true));
}
