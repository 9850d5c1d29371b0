using System.Text.Json;
using System.Text.Json.Nodes;
using Mes.Api.Http;
using Mes.Application.Events;
using Mes.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using NUnit.Framework;

namespace Mes.Tests.OpenApi;

/// <summary>The contents of the API's description, and its completeness.</summary>
[Category("Embedded")]
internal sealed class DescriptionTests : OpenApiFixture
{
    private const string Any = "400 401 403 429 500 503";

    /// <summary>Every operation with its callers and every status that it can return.</summary>
    private static readonly (string Operation, string Roles, string Statuses)[] Contract =
    [
        .. ApiEndpoints.Table.Select(endpoint =>
            ($"{endpoint.Method} /api/v1/{endpoint.Path}", string.Join(' ', endpoint.Roles), StatusesOf(endpoint))),
        ("GET /health/live", "", "200"),
        ("GET /health/ready", "", "200 503"),
    ];

    private static readonly string[] CommonMembers = ["type", "title", "status", "detail", "instance", "traceId"];

    private static IEnumerable<string> Changes => Lifecycle.Actions;

    [Test]
    public async Task It_is_OpenAPI_3_1_and_reads_without_error_or_warning()
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Api.Text));
        var read = await OpenApiDocument.LoadAsync(stream, "json");

        Assert.Multiple(() =>
        {
            Assert.That(read.Diagnostic!.SpecificationVersion, Is.EqualTo(OpenApiSpecVersion.OpenApi3_1));
            Assert.That(read.Diagnostic.Errors, Is.Empty);
            Assert.That(read.Diagnostic.Warnings, Is.Empty);
            Assert.That(read.Document!.Paths,
                Has.Count.EqualTo(Contract.Select(line => line.Operation.Split(' ')[1]).Distinct().Count()));
        });
    }

    [Test]
    public void Every_endpoint_is_described_and_everything_described_is_an_endpoint()
    {
        var endpoints =
            from endpoint in Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            let path = "/" + endpoint.RoutePattern.RawText!.Trim('/')
            where path.StartsWith("/api/v1/", StringComparison.Ordinal)
                || path.StartsWith("/health/", StringComparison.Ordinal)
            from method in endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
            where method != "HEAD"
            select $"{method} {path}";

        Assert.That(Api.Operations.Select(operation => operation.ToString()), Is.EquivalentTo(endpoints));
    }

    [Test]
    public void Every_operation_has_its_roles_and_every_status_of_its_answers() =>
        Assert.That(
            Api.Operations.Select(operation => (
                operation.ToString(),
                string.Join(' ', operation.Roles),
                string.Join(' ', operation.Content["responses"]!.AsObject().Select(response => response.Key)
                    .Order(StringComparer.Ordinal)))),
            Is.EquivalentTo(
                Contract.Select(line => (line.Operation, line.Roles,
                    string.Join(' ', line.Statuses.Split(' ').Order(StringComparer.Ordinal))))));

    [Test]
    public void Every_conflict_of_a_submission_is_described() =>
        Assert.That(
            Conflicts("orders"),
            Is.EquivalentTo(new[] { "duplicate-external-id", "concurrent-change", "idempotency-in-progress" }));

    [TestCaseSource(nameof(Changes))]
    public void Every_conflict_of_a_change_is_described(string action)
    {
        // Only an order that an operator has claimed can belong to another operator.
        var isOneOperators = action == "claim" || Lifecycle.StepOf(action).OnlyClaimant;
        string[] own = isOneOperators ? ["already-claimed"] : [];

        Assert.That(Conflicts($"orders/{{id}}/{action}"),
            Is.EquivalentTo(new[] { "invalid-transition", "concurrent-change" }.Concat(own)));
    }

    [Test]
    public void Every_problem_of_the_catalog_is_described_once()
    {
        var described = Schemas().Where(schema => schema.Key.EndsWith("Problem", StringComparison.Ordinal))
            .Select(schema => (schema.Value!["properties"]!["type"]!["const"]!.GetValue<string>(),
                schema.Value["properties"]!["status"]!["minimum"]!.GetValue<int>()));

        Assert.That(described, Is.EquivalentTo(ProblemCatalog.All.Select(kind => (kind.Type, kind.Status))));
    }

    [TestCase("ValidationErrorProblem", "errors")]
    [TestCase("DuplicateExternalIdProblem", "id")]
    [TestCase("InvalidTransitionProblem", "orderStatus", "allowed")]
    [TestCase("AlreadyClaimedProblem", "operatorId")]
    [TestCase("PreconditionFailedProblem", "version")]
    [TestCase("NotFoundProblem")]
    public void A_problem_has_the_members_of_all_and_its_own(string name, params string[] own)
    {
        string[] members = [.. CommonMembers, .. own];
        var schema = Schemas()[name]!;

        Assert.Multiple(() =>
        {
            Assert.That(schema["properties"]!.AsObject().Select(property => property.Key), Is.EquivalentTo(members));
            Assert.That(schema["required"]!.AsArray().Select(property => property!.GetValue<string>()),
                Is.EquivalentTo(members));
        });
    }

    [Test]
    public void Keys_are_asked_for_where_there_are_roles_and_nowhere_else() => Assert.Multiple(() =>
    {
        Assert.That(
            Api.Document["components"]!["securitySchemes"]!["apiKey"]!.AsObject()
                .Select(entry => $"{entry.Key}: {entry.Value}"),
            Is.SupersetOf(new[] { "type: http", "scheme: bearer" }));
        foreach (var operation in Api.Operations)
        {
            Assert.That(
                operation.Content["security"]?.ToJsonString(),
                Is.EqualTo(operation.Roles.Count > 0 ? """[{"apiKey":[]}]""" : "[]"),
                operation.ToString());
        }
    });

    [Test]
    public void Its_server_is_wherever_it_was_read_from() =>
        Assert.That(Api.Document["servers"]!.ToJsonString(), Is.EqualTo("""[{"url":"/","x-internal":false}]"""));

    [Test]
    public void Statuses_are_an_enumeration_of_their_names() =>
        Assert.That(
            Schemas()["OrderStatus"]!["enum"]!.AsArray().Select(name => name!.GetValue<string>()),
            Is.EqualTo(Lifecycle.Statuses));

    [TestCase("2026-01-31T08:05:09.040Z", true)]
    [TestCase("2026-01-31T08:05:09.04Z", false)]
    [TestCase("2026-01-31T08:05:09Z", false)]
    [TestCase("2026-01-31T08:05:09.0401Z", false)]
    [TestCase("2026-01-31T09:05:09.040+01:00", false)]
    public void Times_in_answers_have_exactly_three_decimals(string time, bool isRight) =>
        Assert.That(Api.Validator.Validate(time, Schemas()["OrderDocument"]!["properties"]!["createdAt"]!), isRight
            ? Is.Empty
            : Is.Not.Empty);

    [Test]
    public void What_may_be_null_in_an_order_is_what_has_no_value_yet()
    {
        var order = Schemas()["OrderDocument"]!["properties"]!.AsObject();

        Assert.That(
            order.Where(property => Api.Validator.Validate(null, property.Value!).Count == 0)
                .Select(property => property.Key),
            Is.EquivalentTo(new[] { "dueAt", "notes", "price", "operatorId", "shipment" }));
    }

    [Test]
    public void Every_object_says_what_it_has_and_has_nothing_else() => Assert.Multiple(() =>
    {
        foreach (var (name, schema) in Schemas().Where(schema => schema.Value!["type"]?.GetValue<string>() == "object"))
        {
            Assert.That(schema!["additionalProperties"]?.GetValueKind(), Is.EqualTo(JsonValueKind.False), name);
        }
    });

    [Test]
    public void Every_list_says_what_is_in_it()
    {
        var lists = Nodes(Api.Document, "#").Where(node => node.Node["type"] is { } type
            && type.ToJsonString().Contains("\"array\"", StringComparison.Ordinal)).ToArray();

        Assert.That(lists, Has.Length.GreaterThan(8));
        Assert.Multiple(() => Assert.That(
            lists.Where(list => list.Node["items"] is not JsonObject { Count: > 0 }).Select(list => list.Where),
                Is.Empty));
    }

    [Test]
    public void No_list_that_is_sent_as_JSON_is_one_of_enumerations()
    {
        // Clients by NSwag for System.Text.Json have no converter for the items. A text says the same.
        var lists = Nodes(Api.Document["components"]!["schemas"], "#").Where(node =>
            node.Node["items"] is { } items && Api.Validator.Resolve(items).ContainsKey("enum"));

        Assert.That(lists.Select(list => list.Where), Is.Empty);
    }

    [Test]
    public void Every_field_has_one_type_or_is_null()
    {
        // Clients by NSwag take the first of several types.
        var several = Schemas().SelectMany(schema => schema.Value!["properties"]?.AsObject() ?? [])
            .Where(field => new[] { "oneOf", "anyOf", "allOf" }.Any(word =>
                field.Value![word]?.AsArray().Count(type => type!["type"]?.ToJsonString() != "\"null\"") > 1));

        Assert.That(several.Select(field => field.Key), Is.Empty);
    }

    [Test]
    public void Of_a_sellers_problems_with_one_status_only_the_first_has_members_of_its_own()
    {
        // Clients by NSwag take the first for all of them.
        var problems =
            from operation in Api.Operations
            where operation.Roles.Contains("seller")
            from response in operation.Content["responses"]!.AsObject()
            let media = Api.Validator.Resolve(response.Value!)["content"]?["application/problem+json"]
            from later in (media?["schema"]?["oneOf"]?.AsArray() ?? []).Skip(1)
            where Api.Validator.Resolve(later!)["properties"]!.AsObject().Count > CommonMembers.Length
            select $"{operation} {response.Key} {later!.ToJsonString()}";

        Assert.That(problems, Is.Empty);
    }

    [Test]
    public void Every_field_is_put_into_words() => Assert.Multiple(() =>
    {
        foreach (
            var (name, schema) in Schemas().Where(schema => !schema.Key.EndsWith("Problem", StringComparison.Ordinal)))
        {
            foreach (var (field, described) in schema!["properties"]?.AsObject() ?? [])
            {
                Assert.That(
                    described!["description"]?.GetValue<string>(), Is.Not.Null.And.Not.Empty, $"{name}.{field}");
            }
        }
    });

    [TestCase("OrderDocument", "version", "Starts at 1; every change raises it by exactly 1.")]
    [TestCase("OrderHistoryEntry", "version", "The version that the change led to.")]
    [TestCase("OrderHistoryEntry", "from", "The status before; null for the submission.")]
    [TestCase("OrderHistoryEntry", "to", "The status after the change; the same as before where the change kept it.")]
    [TestCase("OrderDocument", "status", "The order's status.")]
    [TestCase("BoardColumn", "status", "Which status they are in.")]
    [TestCase("OrderDocument", "price", "What the seller pays; null before it is set.")]
    [TestCase("BoardColumnPage", "count", "How many orders of the column the filters leave, in the same snapshot.")]
    public void A_field_has_the_words_of_its_own_type(string type, string field, string words) =>
        Assert.That(Schemas()[type]!["properties"]![field]!["description"]?.GetValue<string>(), Is.EqualTo(words));

    [Test]
    public void An_answer_has_all_its_fields_always() => Assert.Multiple(() =>
    {
        var requests = Api.Operations.Select(
            operation => operation.Body?["schema"]?["$ref"]?.GetValue<string>().Split('/')[^1]).ToHashSet();
        // Which fields the data of an event has depends on the event's type.
        foreach (var (name, schema) in Schemas().Where(schema =>
            !requests.Contains(schema.Key)
            && schema.Key != nameof(IEventData)
            && schema.Value!["properties"] is not null))
        {
            Assert.That(
                schema!["required"]?.AsArray().Select(field => field!.GetValue<string>()),
                Is.EquivalentTo(schema["properties"]!.AsObject().Select(field => field.Key)),
                name);
        }
    });

    [TestCase("counts")]
    [TestCase("columns")]
    [TestCase("asOf")]
    public void Nothing_on_the_board_is_null(string field) =>
        Assert.That(Api.Validator.Validate(null, Schemas()["BoardView"]!["properties"]![field]!), Is.Not.Empty);

    [Test]
    public void No_number_must_be_a_multiple_of_a_fraction() =>
        Assert.That(Nodes(Api.Document, "#").Where(node => node.Node.ContainsKey("multipleOf"))
            .Select(node => node.Where), Is.Empty);

    [Test]
    public void Everything_has_an_example_and_every_example_is_valid()
    {
        var found = Examples(Api.Document, "#").ToArray();

        Assert.Multiple(() =>
        {
            Assert.That(found, Has.Length.GreaterThan(60));
            foreach (var (where, schema, examples) in found)
            {
                Assert.That(examples, Is.Not.Empty, where);
                foreach (var example in examples)
                {
                    Assert.That(Api.Validator.Validate(example, schema), Is.Empty, where);
                }
            }
        });
    }

    [Test]
    public void Every_operation_parameter_and_header_is_put_into_words() => Assert.Multiple(() =>
    {
        foreach (var operation in Api.Operations)
        {
            Assert.That(operation.Content["operationId"]?.GetValue<string>(), Is.Not.Empty, operation.ToString());
            Assert.That(operation.Content["summary"]?.GetValue<string>(), Is.Not.Empty, operation.ToString());
            foreach (var parameter in operation.Parameters)
            {
                Assert.That(
                    parameter["description"]?.GetValue<string>(), Is.Not.Empty, $"{operation} {parameter["name"]}");
            }
        }

        foreach (var (name, header) in Api.Document["components"]!["headers"]!.AsObject())
        {
            Assert.That(header!["description"]?.GetValue<string>(), Is.Not.Empty, name);
        }

        Assert.That(
            Api.Operations.Select(operation => operation.Content["operationId"]!.GetValue<string>()), Is.Unique);
    });

    private IEnumerable<string> Conflicts(string path) =>
        Api.ProblemTypes(Api.Operation("POST", $"/api/v1/{path}"), "409").Select(type => type.Split('/')[^1]);

    /// <summary>
    /// The statuses that follow from the kind of operation: a change, a read of one order, or any other read.
    /// </summary>
    private static string StatusesOf(ApiEndpoint endpoint) => endpoint switch
    {
        { IsChange: true } => $"200 404 409 412 408 413 415 {Any}",
        { Path: "keys", Method: "POST" } => $"201 409 408 413 415 {Any}",
        { Path: "keys/{keyId}/rotation" } => $"201 404 409 408 413 415 {Any}",
        { Path: "session", Method: "POST" } => "204 400 401 403 408 409 413 415 429 500 503",
        { Path: "session", Method: "DELETE" } => "204 400 401 403 409 429 500 503",
        { Path: "board/stream" } => $"200 {Any}",
        { Method: "DELETE" } => $"204 404 409 {Any}",
        { Path: "webhooks", Method: "POST" } => $"201 409 408 413 415 {Any}",
        { Path: "webhooks/{webhookId}", Method: "PATCH" } or { Path: "webhooks/{webhookId}/secret-rotation" } =>
            $"200 404 409 408 413 415 {Any}",
        { Method: "POST" } when endpoint.Path.StartsWith("webhooks/", StringComparison.Ordinal) =>
            $"202 404 409 408 413 415 {Any}",
        { Path: "orders", Method: "POST" } => $"201 409 422 408 413 415 {Any}",
        { Path: "order-status-queries" } => $"200 408 413 415 {Any}",
        { Path: "orders/{id}" or "orders/{id}/status" } => $"200 304 404 {Any}",
        { Path: "events" } => $"200 410 {Any}",
        _ when endpoint.Path.Contains('{') => $"200 404 {Any}",
        _ => $"200 {Any}",
    };

    private JsonObject Schemas() => Api.Document["components"]!["schemas"]!.AsObject();

    private static IEnumerable<(string Where, JsonObject Node)> Nodes(JsonNode? node, string where) => node switch
    {
        JsonObject here => [(where, here), .. here.Where(member => member.Key is not ("example" or "examples"))
            .SelectMany(member => Nodes(member.Value, $"{where}/{member.Key}"))],
        JsonArray here => here.SelectMany((item, i) => Nodes(item, $"{where}/{i}")),
        _ => [],
    };

    /// <summary>Every schema of a value that is sent: those of media types, parameters and headers.</summary>
    private IEnumerable<(string Where, JsonNode Schema, JsonNode?[] Examples)> Examples(JsonNode? node, string where) =>
        node switch
        {
            JsonObject { Count: > 0 } here when here["schema"] is { } schema =>
            [
                (where, schema,
            [
                .. here.ContainsKey("example") ? [here["example"]] : Array.Empty<JsonNode?>(),
                .. here["examples"]?.AsObject().Select(example => example.Value!["value"]) ?? [],
                .. Api.Validator.Resolve(schema)["examples"]?.AsArray() ?? [],
            ]),
        ],
            JsonObject here => here.SelectMany(member => Examples(member.Value, $"{where}/{member.Key}")),
            JsonArray here => here.SelectMany((item, i) => Examples(item, $"{where}/{i}")),
            _ => [],
        };
}
