using Mes.Domain.Orders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>Stores a status by its name.</summary>
internal sealed class StatusConverter()
    : ValueConverter<OrderStatus, string>(status => status.Name(), name => OrderStatuses.Parse(name))
{
    /// <summary>All statuses as a list of SQL literals.</summary>
    public static string Sql => string.Join(", ", OrderStatuses.All.Select(status => $"'{status.Name()}'"));
}
