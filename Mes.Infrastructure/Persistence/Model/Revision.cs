using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>
/// The revision of a table that instances keep a copy of. A trigger raises it with every change of the table.
/// </summary>
internal sealed class Revision
{
    public const string ApiKeys = "api-keys";

    public required string Name { get; init; }

    public long Value { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<Revision>
    {
        public void Configure(EntityTypeBuilder<Revision> revision)
        {
            revision.ToTable("revisions");
            revision.HasKey(r => r.Name);
        }
    }
}
