using FluentValidation;
using Mes.Application.ApiKeys.CreateApiKey;
using Mes.Application.ApiKeys.RevokeApiKey;
using Mes.Application.Board.GetBoard;
using Mes.Application.Board.GetBoardColumn;
using Mes.Application.Messaging;
using Mes.Application.Orders.ListOrders;
using Mes.Application.Orders.PriceOrder;
using Mes.Application.Orders.ShipOrder;
using Mes.Application.Orders.SubmitOrder;
using Mes.Application.Snapshots;
using Mes.Application.Statistics.GetThroughput;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Unit.Validation;

/// <summary>Every bound of the contract, from both sides.</summary>
[Category("Unit")]
internal sealed class ValidatorTests
{
    private static readonly EntityTagCondition Any = EntityTagCondition.None;

    private static readonly SubmitOrder Submission = new(
        Given.OrderId, Given.Alpha, "PO-1", new SubmittedModel("a.stl", new string('a', 64), 1), "PLA", 1, null, null);

    private static readonly ListOrders List = new(Given.Crm, [], null, null, null, OrderSort.Default, 50, null);

    /// <summary>Every command that takes a reason.</summary>
    private static IEnumerable<(Type Command, IValidator Validator)> WithReason =>
        from validator in typeof(SubmitOrderValidator).Assembly.GetTypes()
        where validator is { IsClass: true, IsAbstract: false, BaseType.IsGenericType: true }
        where validator.IsAssignableTo(typeof(IValidator))
        let command = validator.BaseType!.GenericTypeArguments[0]
        where command.IsAssignableTo(typeof(IOrderCommand)) && command.GetProperty("Reason") is not null
        select (command, (IValidator)Activator.CreateInstance(validator)!);

    private static IEnumerable<TestCaseData> Texts
    {
        get
        {
            yield return Text(
                "externalId", 64, text => Check(new SubmitOrderValidator(), Submission with { ExternalId = text }));
            yield return Text(
                "material", 64, text => Check(new SubmitOrderValidator(), Submission with { Material = text }));
            yield return Text("fileName", 255, text => Check(
                new SubmitOrderValidator(), Submission with { Model = Submission.Model! with { FileName = text } }));
            yield return Text("carrier", 64, text =>
                Check(new ShipOrderValidator(), new ShipOrder(Given.OrderId, Given.Anna, Any, text, "1")));
            yield return Text("trackingNumber", 64, text =>
                Check(new ShipOrderValidator(), new ShipOrder(Given.OrderId, Given.Anna, Any, "DHL", text)));
            foreach (var (command, validator) in WithReason)
            {
                yield return Text(
                    $"reason of {command.Name}", 500, text => validator.Validate(new ValidationContext<object>(
                    OrderCommands.Make(command, Given.OrderId, Given.Crm, ("Reason", text)))).IsValid);
            }
        }
    }

    private static IEnumerable<TestCaseData> OptionalTexts
    {
        get
        {
            yield return Text(
                "notes", 2000, text => Check(new SubmitOrderValidator(), Submission with { Notes = text }));
            yield return Text(
                "externalId of a list", 64, text => Check(new ListOrdersValidator(), List with { ExternalId = text }));
            yield return Text(
                "sellerId of a list", 64, text => Check(new ListOrdersValidator(), List with { SellerId = text }));
        }
    }

    [TestCaseSource(nameof(Texts))]
    public void A_required_text_is_there_and_not_blank(int longest, Func<string?, bool> isValid) =>
        Assert.That(new[] { null, "", " ", "\t\n", "x" }.Select(isValid),
            Is.EqualTo(new[] { false, false, false, false, true }));

    [TestCaseSource(nameof(OptionalTexts))]
    public void An_optional_text_may_be_absent_or_empty(int longest, Func<string?, bool> isValid) =>
        Assert.That(new[] { null, "", "x" }.Select(isValid), Is.All.True);

    [TestCaseSource(nameof(Texts))]
    [TestCaseSource(nameof(OptionalTexts))]
    public void A_text_has_a_longest_length_in_characters_not_in_code_units(int longest, Func<string?, bool> isValid)
    {
        string[] texts = [new('x', longest), new('x', longest + 1), Repeat("🛠", longest), Repeat("🛠", longest + 1)];

        Assert.That(texts.Select(isValid), Is.EqualTo(new[] { true, false, true, false }));
    }

    [TestCaseSource(nameof(Texts))]
    [TestCaseSource(nameof(OptionalTexts))]
    public void A_text_has_neither_NUL_nor_half_of_a_surrogate_pair(int longest, Func<string?, bool> isValid)
    {
        string[] texts = ["a\0b", "\0", "a\ud83d", "\udee0a", "a\udee0\ud83d"];

        Assert.That(texts.Select(isValid), Is.All.False);
    }

    [TestCase("0.01", true)]
    [TestCase("10000000", true)]
    [TestCase("10000000.00", true)]
    [TestCase("1.50", true)]
    [TestCase("1.500", true)]
    [TestCase("0", false)]
    [TestCase("0.009", false)]
    [TestCase("0.011", false)]
    [TestCase("-1", false)]
    [TestCase("10000000.01", false)]
    [TestCase("79228162514264337593543950335", false)]
    public void An_amount_is_between_a_cent_and_ten_million_with_two_decimals(string amount, bool valid) =>
        Assert.That(Check(new PriceOrderValidator(),
            new PriceOrder(Given.OrderId, Given.Crm, Any, decimal.Parse(amount), "EUR")), Is.EqualTo(valid));

    [TestCase("EUR", true)]
    [TestCase("JPY", true)]
    [TestCase("XXX", true)]
    [TestCase("eur", false)]
    [TestCase("EU", false)]
    [TestCase("EURO", false)]
    [TestCase("ZZZ", false)]
    [TestCase("", false)]
    [TestCase(null, false)]
    public void A_currency_is_one_of_ISO_4217(string? currency, bool valid) =>
        Assert.That(Check(new PriceOrderValidator(), new PriceOrder(Given.OrderId, Given.Crm, Any, 1m, currency)),
            Is.EqualTo(valid));

    [Test]
    public void A_price_needs_an_amount() =>
        Assert.That(
            Check(new PriceOrderValidator(), new PriceOrder(Given.OrderId, Given.Crm, Any, null, "EUR")), Is.False);

    [TestCase(1, true)]
    [TestCase(10_000, true)]
    [TestCase(0, false)]
    [TestCase(-1, false)]
    [TestCase(10_001, false)]
    [TestCase(null, false)]
    public void A_quantity_is_between_1_and_10000(int? quantity, bool valid) =>
        Assert.That(Check(new SubmitOrderValidator(), Submission with { Quantity = quantity }), Is.EqualTo(valid));

    [TestCase(1L, true)]
    [TestCase(long.MaxValue, true)]
    [TestCase(0L, false)]
    [TestCase(null, false)]
    public void A_model_has_a_polygon(long? polygons, bool valid) =>
        Assert.That(Check(new SubmitOrderValidator(),
            Submission with { Model = Submission.Model! with { PolygonCount = polygons } }), Is.EqualTo(valid));

    [Test]
    public void A_hash_is_64_hexadecimal_digits()
    {
        string?[] good = [new('a', 64), new('F', 64), string.Concat(Enumerable.Repeat("0123456789abcdef", 4))];
        string?[] bad = [null, "", new('a', 63), new('a', 65), new('g', 64), new string('a', 64) + "\n", new('٣', 64)];
        var isValid = (string? hash) =>
            Check(new SubmitOrderValidator(), Submission with { Model = Submission.Model! with { Sha256 = hash } });

        Assert.That(good.Select(isValid), Is.All.True);
        Assert.That(bad.Select(isValid), Is.All.False);
    }

    [Test]
    public void A_submission_needs_a_model() =>
        Assert.That(Check(new SubmitOrderValidator(), Submission with { Model = null }), Is.False);

    [TestCase(0, false)]
    [TestCase(1, true)]
    [TestCase(100, true)]
    [TestCase(101, false)]
    [TestCase(-1, false)]
    public void A_page_has_1_to_100_items(int limit, bool valid)
    {
        Assert.That(Check(new ListOrdersValidator(), List with { Limit = limit }), Is.EqualTo(valid));
        Assert.That(Check(new GetBoardValidator(), new GetBoard(limit)), Is.EqualTo(valid));
        Assert.That(Check(new GetBoardColumnValidator(),
            new GetBoardColumn(Given.Anna, OrderStatus.Packaging, BoardSort.Oldest, limit, null)), Is.EqualTo(valid));
    }

    [TestCase(0, false)]
    [TestCase(1, true)]
    [TestCase(90, true)]
    [TestCase(91, false)]
    public void Statistics_are_over_1_to_90_days(int days, bool valid) =>
        Assert.That(
            Check(new GetThroughputValidator(), new GetThroughput(days, new DateOnly(2026, 1, 31))), Is.EqualTo(valid));

    [Test]
    public void A_seller_may_not_ask_for_a_seller_not_even_for_itself()
    {
        Assert.That(Check(new ListOrdersValidator(), List with { Caller = Given.Alpha }));
        Assert.That(Check(new ListOrdersValidator(), List with { Caller = Given.Alpha, SellerId = "beta" }), Is.False);
        Assert.That(Check(new ListOrdersValidator(), List with { Caller = Given.Alpha, SellerId = "alpha" }), Is.False);
        Assert.That(Check(new ListOrdersValidator(), List with { Caller = Given.Anna, SellerId = "alpha" }));
    }

    [TestCase("alpha", true)]
    [TestCase("A.b_c-1", true)]
    [TestCase("a b", false)]
    [TestCase("-a", false)]
    [TestCase("", false)]
    [TestCase(null, false)]
    [TestCase("a\n", false)]
    [TestCase("ä", false)]
    [TestCase("a:b", false)]
    public void The_holder_of_a_key_has_an_id_that_needs_no_escaping_anywhere(string? id, bool valid) =>
        Assert.That(
            Check(new CreateApiKeyValidator(), Given.NewKey(Role.Seller, id, live: true)), Is.EqualTo(valid));

    [Test]
    public void The_id_of_a_holder_has_at_most_64_characters()
    {
        Assert.That(Check(new CreateApiKeyValidator(), Given.NewKey(Role.Seller, new string('a', 64), live: true)));
        Assert.That(Check(new CreateApiKeyValidator(), Given.NewKey(Role.Seller, new string('a', 65), live: true)),
            Is.False);
    }

    [Test]
    public void A_key_is_for_a_role_that_there_is() =>
        Assert.That(Check(new CreateApiKeyValidator(), Given.NewKey((Role)9, "alpha", live: true)), Is.False);

    [TestCase("id", true)]
    [TestCase("", false)]
    [TestCase(null, false)]
    public void A_revocation_names_a_key(string? id, bool valid) =>
        Assert.That(Check(new RevokeApiKeyValidator(), new RevokeApiKey(id)), Is.EqualTo(valid));

    private static TestCaseData Text(string name, int longest, Func<string?, bool> isValid) =>
        new TestCaseData(longest, isValid).SetArgDisplayNames(name);

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static bool Check<T>(IValidator<T> validator, T request) => validator.Validate(request).IsValid;
}
