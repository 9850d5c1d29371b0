using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.OpenApi;

/// <summary>
/// The service's real answers agree with its description in status, headers and body, for success and for failure.
/// </summary>
[Category("Embedded")]
internal sealed class LiveAnswersTests : OpenApiFixture
{
    private const string Orders = "/api/v1/orders";
    private const string Keys = "/api/v1/keys";
    private const string Webhooks = "/api/v1/webhooks";
    private const string NoOrder = "00000000-0000-7000-8000-000000000000";

    private int _submitted;

    [Test]
    public async Task An_order_answers_as_described_from_submission_to_closure()
    {
        var order = await SubmitAsync(asInExample: true);
        await ReadEverythingAsync(order);
        JsonNode? changed = null;
        foreach (var step in Lifecycle.Tour)
        {
            changed = await ChangeAsync(order, step);
            if (step.To is "SHIPPED" or "CLOSED")
            {
                Assert.That(changed["shipment"], Is.Not.Null);
                await ReadEverythingAsync(order);
            }
        }

        Assert.That(changed!["status"]!.GetValue<string>(), Is.EqualTo("CLOSED"));
        Assert.That(changed["version"]!.GetValue<int>(), Is.EqualTo(1 + Lifecycle.Tour.Count));
    }

    [Test]
    public async Task Every_change_that_ends_an_order_answers_as_described()
    {
        foreach (var step in Lifecycle.Steps.Where(step => Lifecycle.Terminal.Contains(step.To)))
        {
            await ChangeAsync(await OrderInAsync(step.From[0]), step);
        }
    }

    [Test]
    public async Task A_caller_that_has_the_version_is_told_so_as_described()
    {
        var order = await SubmitAsync();
        foreach (var path in new[] { "/{id}", "/{id}/status" })
        {
            var read = Api.Operation("GET", Orders + path);
            await CallAsync(304, read, Path(read, order), MesHost.Alpha, null, ("If-None-Match", "\"1\""));
        }
    }

    [Test]
    public async Task Pages_link_to_the_next_as_described()
    {
        for (var i = 0; i < 2; i++)
        {
            await SubmitAsync();
        }

        var order = await SubmitAsync();
        await ChangeAsync(order, Lifecycle.StepOf("price"));
        for (var i = 0; i < 2; i++)
        {
            await IssueAsync();
        }

        foreach (var operation in Api.Operations.Where(
            operation => operation.Parameters.Any(parameter => Name(parameter) == "cursor")
                && !IsOfWebhook(operation)))
        {
            var path = Path(operation, order);
            var key = KeyFor(operation, butNot: "seller");
            var first = await CallAsync(200, operation, path + "?limit=1", key);
            Assert.That(first!["next"], Is.Not.Null, path);
            await CallAsync(200, operation, $"{path}?limit=1&cursor={first["next"]}", key);
        }
    }

    [Test]
    public async Task Every_operation_refuses_a_caller_without_a_valid_key_as_described()
    {
        foreach (var operation in Secured())
        {
            await CallAsync(401, operation, Path(operation, NoOrder), key: null);
            await CallAsync(401, operation, Path(operation, NoOrder), "mes_live_nobody_secret", ExampleBody(operation));
        }
    }

    [Test]
    public async Task Every_operation_turns_away_other_roles_as_described()
    {
        var others = new Dictionary<string, string>
        {
            ["seller"] = MesHost.Alpha,
            ["operator"] = MesHost.Anna,
            ["service"] = MesHost.Crm,
            ["admin"] =
                MesHost.Admin,
        };
        foreach (var operation in Secured())
        {
            foreach (var (_, key) in others.Where(other => !operation.Roles.Contains(other.Key)))
            {
                await CallAsync(403, operation, Path(operation, NoOrder), key, ExampleBody(operation));
            }
        }
    }

    [Test]
    public async Task Every_operation_refuses_unknown_query_parameters_as_described()
    {
        foreach (var operation in Secured())
        {
            await CallAsync(400, operation, Path(operation, NoOrder)
                + "?nonsense=1", KeyFor(operation), ExampleBody(operation));
        }
    }

    [TestCase(NoOrder)]
    [TestCase("not-an-id")]
    public async Task Every_operation_on_an_order_says_as_described_that_there_is_none(string id)
    {
        foreach (var operation in Secured().Where(operation => operation.Path.Contains("{id}")))
        {
            await CallAsync(404, operation, Path(operation, id), KeyFor(operation), ExampleBody(operation));
        }
    }

    [TestCase("CLOSED")]
    [TestCase("nonsense")]
    public async Task The_board_says_as_described_that_it_has_no_such_column(string status)
    {
        var column = Api.Operation("GET", "/api/v1/board/{status}");
        await CallAsync(404, column, column.Path.Replace("{status}", status), MesHost.Anna);
    }

    [Test]
    public async Task Every_operation_with_a_body_refuses_a_large_one_and_other_media_types_as_described()
    {
        foreach (var operation in Secured().Where(operation => operation.HasBody))
        {
            var path = Path(operation, await SubmitAsync());
            foreach (var length in new[] { (256 * 1024) + 1, 8 * 1024 * 1024 })
            {
                // The answer must arrive although the server does not read the rest of the body, whether or not its
                // length was announced.
                await CallAsync(413, operation, path, KeyFor(operation), Spaces(length));
                await CallAsync(
                    413, operation, path, KeyFor(operation), Spaces(length), ("Transfer-Encoding", "chunked"));
            }

            using var text = new StringContent("{}", Encoding.UTF8, "text/plain");
            await CallAsync(415, operation, path, KeyFor(operation), text);
            using var broken = new StringContent("{", Encoding.UTF8, "application/json");
            await CallAsync(400, operation, path, KeyFor(operation), broken);
        }
    }

    [Test]
    public async Task Every_operation_fails_as_described_when_the_service_does()
    {
        foreach (var operation in Secured())
        {
            await CallAsync(500, operation, Path(operation, NoOrder), BrokenKey, ExampleBody(operation));
            await CallAsync(503, operation, Path(operation, NoOrder), AwayKey, ExampleBody(operation));
        }
    }

    [Test]
    public async Task Every_change_says_as_described_that_the_order_has_another_version_or_does_not_allow_it()
    {
        var order = await SubmitAsync();
        await ChangeAsync(order, Lifecycle.StepOf("rejection"));
        foreach (var operation in Api.Operations.Where(operation => operation.IsChange))
        {
            await CallAsync(412, operation, Path(operation, order), KeyFor(operation), ExampleBody(operation),
                ("If-Match", "\"1\""));
            await CallAsync(400, operation, Path(operation, order), KeyFor(operation), ExampleBody(operation),
                ("If-Match", "nonsense"));
            var problem = await CallAsync(
                409, operation, Path(operation, order), KeyFor(operation), ExampleBody(operation));
            Assert.That(
                problem!["type"]!.GetValue<string>(), Is.EqualTo("/problems/invalid-transition"), operation.ToString());
        }
    }

    [Test]
    public async Task A_change_of_another_operators_order_says_who_has_it_as_described()
    {
        var lateClaim = Lifecycle.StepOf("claim") with { From = ["MANUFACTURING_STARTED"] };
        foreach (var step in Lifecycle.Steps.Where(step => step.OnlyClaimant).Append(lateClaim))
        {
            var order = await OrderInAsync(step.From[0]);
            var operation = Api.Operation("POST", $"{Orders}/{{id}}/{step.Action}");
            var problem = await CallAsync(
                409, operation, Path(operation, order), MesHost.Boris, ExampleBody(operation));
            Assert.That(problem!["operatorId"]!.GetValue<string>(), Is.EqualTo("anna"), step.Action);
        }
    }

    [Test]
    public async Task An_external_id_that_is_taken_names_the_order_as_described()
    {
        var submit = Api.Operation("POST", Orders);
        var body = Example(submit, "taken");
        var first = await CallAsync(201, submit, Orders, MesHost.Beta, JsonContent.Create(body));
        var problem = await CallAsync(409, submit, Orders, MesHost.Beta, JsonContent.Create(body));
        Assert.That(problem!["id"]!.GetValue<string>(), Is.EqualTo(first!["id"]!.GetValue<string>()));
    }

    [Test]
    public async Task A_method_that_a_path_does_not_have_is_refused_as_described()
    {
        using var answer = await Host.SendAsync(HttpMethod.Delete, Orders, MesHost.Alpha);

        Assert.That((int)answer.StatusCode, Is.EqualTo(405));
    }

    [Test]
    public async Task Health_answers_as_described()
    {
        foreach (var operation in Api.Operations
            .Where(operation => operation.Path.StartsWith("/health/", StringComparison.Ordinal)))
        {
            await CallAsync(200, operation, operation.Path, key: null);
        }
    }

    [Test]
    public async Task The_bounds_of_query_parameters_are_those_that_are_enforced()
    {
        var order = await SubmitAsync();
        foreach (var operation in Secured().Where(operation =>
            operation.Method == "GET" && !IsStream(operation) && !IsOfWebhook(operation)))
        {
            // A seller must not send the parameter sellerId.
            var key = KeyFor(operation, butNot: operation.Roles.Count > 1 ? "seller" : null);
            foreach (var parameter in operation.Parameters.Where(
                parameter => parameter["in"]!.GetValue<string>() == "query" && Name(parameter) != "cursor"))
            {
                var (right, wrong) = Values(parameter);
                Assert.That(wrong, Is.Not.Empty, $"{operation} {Name(parameter)}");
                foreach (var value in right)
                {
                    await CallAsync(200, operation,
                        $"{Path(operation, order)}?{Name(parameter)}={Uri.EscapeDataString(value)}", key);
                }

                foreach (var value in wrong)
                {
                    await CallAsync(400, operation,
                        $"{Path(operation, order)}?{Name(parameter)}={Uri.EscapeDataString(value)}", key);
                }
            }
        }
    }

    [Test]
    public async Task The_bounds_of_bodies_are_those_that_are_enforced()
    {
        var tried = 0;
        // Which fields a new key may have depends on its role, which the schema does not say: KeyTests has its table.
        // WebhookTests has the tables of webhooks.
        foreach (var operation in Secured().Where(operation => operation is { HasBody: true, Path: not Keys }
            && !operation.Path.StartsWith(Webhooks, StringComparison.Ordinal)))
        {
            // The order or key does not exist, so a valid body leads to a 404 and an invalid one to a 400.
            var good = operation.Path.Contains('{') ? 404 : operation.Path == Orders ? 201 : 200;
            var schema = Api.Validator.Resolve(operation.Body!["schema"]!);
            foreach (var (what, body, isRight) in Variants(Example(operation), schema, "$"))
            {
                if (good == 201 && isRight)
                {
                    body["externalId"] = what.Contains("externalId")
                        ? body["externalId"]!.DeepClone()
                        : NextExternalId();
                }

                Assert.That(Api.Validator.Validate(body, schema).Count == 0, Is.EqualTo(isRight),
                    $"by the schema: {operation} {what}");
                await CallAsync(isRight
                    ? good
                    : 400, operation, Path(operation, NoOrder), KeyFor(operation), JsonContent.Create(body));
                tried++;
            }
        }

        Assert.That(tried, Is.GreaterThan(60));
    }

    [Test]
    public async Task A_key_answers_as_described_from_its_issue_to_its_revocation()
    {
        var id = await IssueAsync();
        var rotate = Api.Operation("POST", Keys + "/{keyId}/rotation");
        var next = (await CallAsync(
            201, rotate, $"{Keys}/{id}/rotation", MesHost.Admin, ExampleBody(rotate)))!["id"]!.GetValue<string>();
        await CallAsync(201, rotate, $"{Keys}/{next}/rotation", MesHost.Admin);
        await CallAsync(409, rotate, $"{Keys}/{id}/rotation", MesHost.Admin);
        await CallAsync(200, Api.Operation("GET", Keys + "/{keyId}"), $"{Keys}/{id}", MesHost.Admin);
        await CallAsync(200, Api.Operation("GET", Keys), $"{Keys}?sellerId=alpha", MesHost.Admin);
        await CallAsync(403, Api.Operation("GET", Keys), $"{Keys}?sellerId=beta", MesHost.Alpha);
        var revoke = Api.Operation("DELETE", Keys + "/{keyId}");
        await CallAsync(204, revoke, $"{Keys}/{id}?successors=true", MesHost.Admin);
        await CallAsync(409, rotate, $"{Keys}/{id}/rotation", MesHost.Admin);
        foreach (var (path, operation) in new[]
        {
            ("", revoke), ("", Api.Operation("GET", Keys + "/{keyId}")), ("/rotation", rotate),
        })
        {
            await CallAsync(404, operation, $"{Keys}/{NoOrder}{path}", MesHost.Alpha);
        }

        var issue = Api.Operation("POST", Keys);
        var admin = await CallAsync(
            201, issue, Keys, MesHost.Admin, JsonContent.Create(new JsonObject { ["role"] = "admin" }));
        await CallAsync(409, revoke, $"{Keys}/{admin!["id"]}", MesHost.Admin);
        await CallAsync(
            400, issue, Keys, MesHost.Admin, JsonContent.Create(new JsonObject { ["role"] = "seller" }));
    }

    [Test]
    public async Task A_webhook_answers_as_described_from_its_registration_to_its_deletion()
    {
        var register = Api.Operation("POST", Webhooks);
        var body = JsonContent.Create(new JsonObject { ["url"] = "http://127.0.0.1:9/" });
        var made = await CallAsync(201, register, Webhooks, MesHost.Alpha, body);
        var path = $"{Webhooks}/{made!["id"]}";
        await CallAsync(200, Api.Operation("GET", Webhooks), Webhooks, MesHost.Alpha);
        await CallAsync(200, Api.Operation("GET", Webhooks), $"{Webhooks}?sellerId=alpha", MesHost.Admin);
        await CallAsync(403, Api.Operation("GET", Webhooks), $"{Webhooks}?sellerId=beta", MesHost.Alpha);
        await CallAsync(200, Api.Operation("GET", Webhooks + "/{webhookId}"), path, MesHost.Alpha);
        await SubmitAsync();
        for (var i = 0; i < 10; i++)
        {
            await CallAsync(
                202, Api.Operation("POST", Webhooks + "/{webhookId}/test"), $"{path}/test", MesHost.Alpha);
        }

        await CallAsync(429, Api.Operation("POST", Webhooks + "/{webhookId}/test"), $"{path}/test", MesHost.Alpha);
        var list = Api.Operation("GET", Webhooks + "/{webhookId}/deliveries");
        var page = await CallAsync(200, list, $"{path}/deliveries?limit=1", MesHost.Alpha);
        await CallAsync(200, list, $"{path}/deliveries?limit=1&cursor={page!["next"]}", MesHost.Alpha);
        await CallAsync(200, list, $"{path}/deliveries", MesHost.Alpha);
        var rotate = Api.Operation("POST", Webhooks + "/{webhookId}/secret-rotation");
        await CallAsync(200, rotate, $"{path}/secret-rotation", MesHost.Alpha, ExampleBody(rotate));
        var change = Api.Operation("PATCH", Webhooks + "/{webhookId}");
        await CallAsync(403, change, path, MesHost.Admin, JsonContent.Create(new JsonObject()));
        await CallAsync(200, change, path, MesHost.Admin, ExampleBody(change));
        await CallAsync(409, Api.Operation("POST", Webhooks + "/{webhookId}/test"), $"{path}/test", MesHost.Alpha);
        var replay = Api.Operation("POST", Webhooks + "/{webhookId}/deliveries/replay");
        await CallAsync(409, replay, $"{path}/deliveries/replay", MesHost.Alpha, ExampleBody(replay));
        await CallAsync(200, Api.Operation("GET", "/api/v1/events"), "/api/v1/events", MesHost.Alpha);
        await CallAsync(204, Api.Operation("DELETE", Webhooks + "/{webhookId}"), path, MesHost.Alpha);
        foreach (var operation in Api.Operations.Where(IsOfWebhook))
        {
            await CallAsync(404, operation, Path(operation, NoOrder), MesHost.Alpha, ExampleBody(operation));
        }
    }

    [Test]
    public async Task A_repeated_submission_answers_as_described()
    {
        var submit = Api.Operation("POST", Orders);
        var body = Example(submit, NextExternalId());
        await CallAsync(201, submit, Orders, MesHost.Alpha, JsonContent.Create(body), ("Idempotency-Key", "described"));
        await CallAsync(201, submit, Orders, MesHost.Alpha, JsonContent.Create(body), ("Idempotency-Key", "described"));
        body["quantity"] = 77;
        await CallAsync(422, submit, Orders, MesHost.Alpha, JsonContent.Create(body), ("Idempotency-Key", "described"));
        await CallAsync(400, submit, Orders, MesHost.Alpha, JsonContent.Create(body), ("Idempotency-Key", "\""));
    }

    /// <summary>The values at the bounds of a parameter and just outside them.</summary>
    private (List<string> Right, List<string> Wrong) Values(JsonObject parameter)
    {
        var schema = parameter["schema"]!.AsObject();
        var isList = schema["type"]!.GetValue<string>() == "array";
        schema = isList ? Api.Validator.Resolve(schema["items"]!) : schema;
        var example = parameter["example"]!;
        List<string> right = [isList ? string.Join(',', example.AsArray()) : example.ToString()];
        List<string> wrong = [""];
        if (schema["enum"] is JsonArray values)
        {
            right.AddRange(values.Select(value => value!.GetValue<string>()));
            wrong.AddRange(["nonsense", "-"]);
            wrong.AddRange(right.Where(value => value.Any(char.IsUpper)).Select(value => value.ToLowerInvariant()));
        }

        if (schema["minimum"] is { } minimum && schema["maximum"] is { } maximum)
        {
            right.AddRange([minimum.ToString(), maximum.ToString()]);
            wrong.AddRange([$"{minimum.GetValue<int>() - 1}", $"{maximum.GetValue<int>() + 1}", "nonsense", "1.5"]);
        }

        var isTime = schema["format"]?.GetValue<string>() == "date-time";
        if (!isTime && schema["maxLength"]?.GetValue<int>() is { } length)
        {
            right.Add(new string('x', length));
            wrong.Add(new string('x', length + 1));
        }

        if (isTime)
        {
            wrong.AddRange(["2026-01-31", "yesterday"]);
        }

        return (right, wrong);
    }

    /// <summary>The example with one value changed at a time: to its bounds, and just outside them.</summary>
    private IEnumerable<(string What, JsonObject Body, bool IsRight)> Variants(
        JsonObject example, JsonObject schema, string path)
    {
        yield return ($"{path} with something else", With(example, "somethingElse", 1), false);
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            var rules = Api.Validator.Resolve(property!);
            var isRequired = schema["required"]?.AsArray()
                .Any(required => required!.GetValue<string>() == name) == true;
            yield return ($"{path} without {name}", With(example, name, null, remove: true), !isRequired);
            yield return ($"{path} with {name} null", With(example, name, null), !isRequired);
            yield return ($"{path} with {name} of another type", With(example, name, new JsonArray()), false);
            foreach (var (what, value, isRight) in Bounds(rules))
            {
                yield return ($"{path}.{name}: {what}", With(example, name, value), isRight);
            }

            if (rules["properties"] is not null)
            {
                foreach (var (what, inner, isRight) in Variants(example[name]!.AsObject(), rules, $"{path}.{name}"))
                {
                    yield return (what, With(example, name, inner), isRight);
                }
            }
        }
    }

    private static IEnumerable<(string What, JsonNode Value, bool IsRight)> Bounds(JsonObject rules)
    {
        if (rules["format"]?.GetValue<string>() == "date-time")
        {
            yield return ("a time elsewhere", "2026-02-14t17:00:00+01:00", true);
            yield return ("no time", "2026-02-14", false);
        }
        else if (rules["maxLength"]?.GetValue<int>() is { } longest && rules["minLength"]?.GetValue<int>() != longest)
        {
            yield return ("as long as can be", new string('x', longest), true);
            yield return ("as long as can be beyond the basic plane",
                string.Concat(Enumerable.Repeat("\ud83d\ude00", longest)), true);
            yield return ("too long", new string('x', longest + 1), false);
            yield return ("with NUL", "a\0b", false);
        }
        else if (rules["maxLength"]?.GetValue<int>() is { } exactly)
        {
            yield return ("one short", new string('A', exactly - 1), false);
            yield return ("one long", new string('A', exactly + 1), false);
            yield return ("of other characters", new string('-', exactly), false);
        }

        if (rules["minLength"] is not null)
        {
            yield return ("empty", "", false);
            yield return ("blank", "   ", false);
        }

        foreach (var (bound, step) in new[] { ("minimum", -1), ("maximum", 1) })
        {
            if (rules[bound] is { } limit)
            {
                var unit = rules["type"]?.ToJsonString().Contains("number", StringComparison.Ordinal) == true
                    ? 0.01m
                    : 1m;
                yield return ($"at its {bound}", limit.DeepClone(), true);
                yield return ($"beyond its {bound}", JsonNode.Parse((limit.GetValue<decimal>() + (step * unit))
                    .ToString(CultureInfo.InvariantCulture))!, false);
            }
        }
    }

    private static JsonObject With(JsonObject example, string name, JsonNode? value, bool remove = false)
    {
        var copy = example.DeepClone().AsObject();
        copy.Remove(name);
        if (!remove)
        {
            copy[name] = value?.DeepClone();
        }

        return copy;
    }

    private async Task<string> IssueAsync()
    {
        var issue = Api.Operation("POST", Keys);
        return (await CallAsync(
            201, issue, Keys, MesHost.Admin, ExampleBody(issue)))!["id"]!.GetValue<string>();
    }

    private IEnumerable<DescribedOperation> Secured() => Api.Operations.Where(operation => operation.Roles.Count > 0);

    private async Task<string> SubmitAsync(bool asInExample = false)
    {
        var submit = Api.Operation("POST", Orders);
        var body = asInExample ? Example(submit) : Example(submit, NextExternalId());
        return (await CallAsync(201, submit, Orders, MesHost.Alpha,
            JsonContent.Create(body)))!["id"]!.GetValue<string>();
    }

    private async Task<string> OrderInAsync(string status)
    {
        var order = await SubmitAsync();
        foreach (var step in Lifecycle.WayTo(status))
        {
            await ChangeAsync(order, step);
        }

        return order;
    }

    private async Task<JsonNode> ChangeAsync(string order, Lifecycle.Step step)
    {
        var operation = Api.Operation("POST", $"{Orders}/{{id}}/{step.Action}");
        var key = ApiEndpoint.KeyOf(step.Roles[0]);
        return (await CallAsync(200, operation, Path(operation, order), key, ExampleBody(operation)))!;
    }

    private async Task ReadEverythingAsync(string order)
    {
        foreach (var operation in Secured()
            .Where(operation => operation.Method == "GET"
                && !operation.Path.Contains("{keyId}")
                && !IsOfWebhook(operation)
                && !IsStream(operation)))
        {
            foreach (var key in new[] { MesHost.Alpha, MesHost.Anna, MesHost.Crm }.Where(
                key => operation.Roles.Any(key.Contains)))
            {
                await CallAsync(200, operation, Path(operation, order), key);
            }
        }
    }

    /// <summary>Whether its answer has no end; other tests read it.</summary>
    private static bool IsStream(DescribedOperation operation) =>
        operation.Path.EndsWith("/stream", StringComparison.Ordinal);

    /// <summary>The test of webhooks has these, since they need one.</summary>
    private static bool IsOfWebhook(DescribedOperation operation) =>
        operation.Path.Contains("{webhookId}", StringComparison.Ordinal);

    private static StringContent Spaces(int length) => new(new string(' ', length), Encoding.UTF8, "application/json");

    private static string Path(DescribedOperation operation, string order) => ApiEndpoint.Fill(operation.Path, order);

    private static string Name(JsonObject parameter) => parameter["name"]!.GetValue<string>();

    private static JsonObject Example(DescribedOperation operation, string? externalId = null)
    {
        var example = operation.Body!["example"]?.DeepClone().AsObject() ?? [];
        if (externalId is not null)
        {
            example["externalId"] = externalId;
        }

        return example;
    }

    private string NextExternalId() => $"PO-{++_submitted}";
}
