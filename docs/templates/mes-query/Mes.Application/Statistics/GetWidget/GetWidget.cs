using Mes.Application.Caching;
using Mes.Application.Messaging;

namespace Mes.Application.Statistics.GetWidget;

/// <summary>How many orders a seller has that have not ended.</summary>
public sealed record GetWidget(string SellerId) : ITaggedQuery<Widget>
{
    public string Key => $"widget-path:{SellerId}";

    public IReadOnlyCollection<string> Tags => [CacheTags.Seller(SellerId)];
}
