using System.Globalization;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Domain.Orders;

namespace Mes.Tests.Architecture.Planted.Tags;

/// <summary>Planted: requests with wrong tags, and some with correct ones.</summary>
internal static class PlantedTags
{
    internal sealed record NoTags : ITaggedQuery<int>
    {
        public string Key => "";

        public IReadOnlyCollection<string> Tags => [];
    }

    internal sealed record NullTags : ITaggedQuery<int>
    {
        public string Key => "";

        public IReadOnlyCollection<string> Tags => null!;
    }

    internal sealed record EmptyTag : ITaggedQuery<int>
    {
        public string Key => "";

        public IReadOnlyCollection<string> Tags => [CacheTags.Orders, ""];
    }

    internal sealed record SpacedTag(string Name) : ITaggedQuery<int>
    {
        public string Key => "";

        public IReadOnlyCollection<string> Tags => [$"seller:{Name} and others"];
    }

    internal sealed record KindlessTag(int Number) : ITaggedQuery<int>
    {
        public string Key => "";

        public IReadOnlyCollection<string> Tags => [$":{Number}"];
    }

    internal sealed record ValuelessTag : ITaggedQuery<int>
    {
        public string Key => "";

        public IReadOnlyCollection<string> Tags => ["machine:"];
    }

    internal sealed record MisspeltStatus : ITaggedQuery<int>
    {
        public string Key => "";

        public IReadOnlyCollection<string> Tags => ["status:SHIPED"];
    }

    internal sealed record NumberOfAnOrder(Guid OrderId) : ITaggedQuery<int>
    {
        public string Key => "";

        public IReadOnlyCollection<string> Tags => [$"order:{OrderId:N}"];
    }

    internal sealed record AllSellers : ITaggedQuery<int>
    {
        public string Key => "";

        public IReadOnlyCollection<string> Tags => ["seller"];
    }

    internal sealed record NobodyRenewsIt(int Machine) : ITaggedQuery<int>
    {
        public string Key => "";

        public IReadOnlyCollection<string> Tags => [CacheTags.Orders, $"machine:{Machine}"];
    }

    internal sealed record SpacedCommand : ICommand<int>
    {
        public IReadOnlyCollection<string> Tags => ["all machines"];
    }

    internal sealed record RenewsMachines(int Machine) : ICommand<int>
    {
        public IReadOnlyCollection<string> Tags =>
            ["machines", string.Create(CultureInfo.InvariantCulture, $"machine:{Machine}")];
    }

    internal sealed record AsItShouldBe(Guid OrderId, string Seller, OrderStatus Status, DateTimeOffset? Since,
        IReadOnlyList<string> Names) : ITaggedQuery<int>
    {
        public string Key => "";

        public IReadOnlyCollection<string> Tags => [CacheTags.Order(OrderId), CacheTags.Seller(Seller),
            CacheTags.Status(Status), CacheTags.Orders, $"seller:{Names[0]}"];
    }

    internal sealed record CannotBeTold(IComparable Something) : ITaggedQuery<int>
    {
        public string Key => "";

        public IReadOnlyCollection<string> Tags => [$"seller:{Something}"];
    }

    internal sealed record ReadyMade(EntityTagCondition Condition, string Seller) : ITaggedQuery<int>
    {
        public string Key => "";

        public IReadOnlyCollection<string> Tags => [$"seller of {Condition} {Seller}"];
    }
}
