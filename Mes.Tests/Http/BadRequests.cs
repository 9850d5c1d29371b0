using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Mes.Api.Http;
using Mes.Api.Orders.Bodies;
using Mes.Tests.Support;

namespace Mes.Tests.Http;

/// <summary>The table of requests that the service must refuse.</summary>
internal static class BadRequests
{
    private const string Invalid = "validation-error";

    public static IEnumerable<BadRequest> All =>
        [.. Submissions, .. Bodies, .. Prices, .. Shipments, .. Reasons, .. EmptyBodies, .. Queries, .. MediaTypes,
            .. TooLarge, .. Conditions, .. Verbs, .. Paths];

    private static IEnumerable<BadRequest> Submissions =>
    [
        .. TextRows("externalId", 64),
        .. TextRows("material", 64),
        .. TextRows("model.fileName", 255),

        Submit("without a model", order => order.Remove("model"), "$.model"),
        Submit("model is null", order => order["model"] = null, "$.model"),
        Submit("model is a text", order => order["model"] = "bracket.stl", "$.model"),
        Submit("model is a list", order => order["model"] = new JsonArray(), "$.model"),
        Submit("model with an unknown property", order => order["model"]!["url"] = "x", "$.model.url"),
        Submit("sha256 is missing", order => Model(order).Remove("sha256"), "$.model.sha256"),
        Submit("sha256 of 63 digits", order => Model(order)["sha256"] = new string('a', 63), "$.model.sha256"),
        Submit("sha256 of 65 digits", order => Model(order)["sha256"] = new string('a', 65), "$.model.sha256"),
        Submit("sha256 with another letter", order => Model(order)["sha256"] = new string('a', 63)
            + "g", "$.model.sha256"),
        Submit("sha256 with a line end", order => Model(order)["sha256"] = new string('a', 64)
            + "\n", "$.model.sha256"),
        Submit("sha256 in other digits", order => Model(order)["sha256"] = new string('٣', 64), "$.model.sha256"),

        Submit("polygonCount is missing", order => Model(order).Remove("polygonCount"), "$.model.polygonCount"),
        SubmitValue("model.polygonCount", "0"),
        SubmitValue("model.polygonCount", "-1"),
        SubmitValue("model.polygonCount", "1.5"),
        SubmitValue("model.polygonCount", "9223372036854775808"),
        SubmitValue("model.polygonCount", "1e999"),
        SubmitValue("model.polygonCount", "\"7\""),

        Submit("quantity is missing", order => order.Remove("quantity"), "$.quantity"),
        .. new[] { "null", "0", "-1", "10001", "1.5", "2147483648", "99999999999999999999999", "1e400", "\"5\"", "true",
            "[5]", "{}" }
            .Select(value => SubmitValue("quantity", value)),

        .. new[] { "2027-03-01T12:00:00", "2027-03-01", "12:00:00Z", "tomorrow", "", "2027-02-30T12:00:00Z",
            "2027-03-01T25:00:00Z",
            "2027-03-01T12:00:00+25:00", "2027-03-01 12:00:00Z", "0001-01-01T00:00:00+14:00", "12027-03-01T12:00:00Z",
                "2027-03-01T12:00:00Z\0" }
            .Select(value => SubmitValue("dueAt", JsonValue.Create(value).ToJsonString())),
        SubmitValue("dueAt", "1772366400"),
        SubmitValue("dueAt", "{}"),

        SubmitValue("notes", $"\"{new string('n', 2001)}\"", "notes of 2001 characters"),
        SubmitValue("notes", "5"),
        SubmitValue("notes", "\"a\\u0000b\""),
        SubmitValue("notes", "\"\\udc00\""),

        .. new[] { "status", "sellerId", "id", "version", "price", "operatorId", "createdAt", "ExternalId",
            "external_id", "", "a.b" }
            .Select(name => Submit($"an unknown property '{name}'", order => order[name] = "SHIPPED")),
        SubmitText("an unknown property that is half of a surrogate pair", Text().Insert(1, "\"\\ud800\":1,")),
        SubmitText("a property twice", Text().Insert(1, "\"quantity\":5,")),
        SubmitText("a property twice, once escaped", Text().Insert(1, "\"quantit\\u0079\":5,")),
        SubmitText("a property of the model twice", Text()
            .Replace("\"fileName\"", "\"polygonCount\":1,\"fileName\"", StringComparison.Ordinal)),
    ];

    private static IEnumerable<BadRequest> Bodies =>
    [
        .. new[]
        {
            "{", "}", "[]", "null", "\"text\"", "7", "true", "{}{}", "{} x", "not json", "{'externalId':'x'}",
                "{\"externalId\":}", "{\"externalId\":NaN}",
            "{externalId:\"x\"}", " ", "\0", "{\"a\":1,}", "{}",
        }.Select(text => SubmitText($"the body {JsonValue.Create(text).ToJsonString()}", text)),
        SubmitText("a comment", Text().Insert(1, "/* x */")),
        SubmitText("a trailing comma", Text()[..^1] + ",}"),
        SubmitText("two documents", Text() + Text()),
        SubmitText("cut off", Text()[..^20]),
        SubmitText("nested a thousand times", new string('[', 1000) + new string(']', 1000)),
        SubmitText(
            "nested a thousand times in a property", $"{{\"notes\":{new string('[', 1000)}{new string(']', 1000)}}}"),
        SubmitText("a NUL byte within a text", Text().Replace("PA12", "PA\0", StringComparison.Ordinal)),
        SubmitText("an unknown escape", Text().Replace("PA12", "\\x41", StringComparison.Ordinal)),
        SubmitBytes("bytes that are not UTF-8", SpoiledUtf8(0xFF)),
        SubmitBytes("an overlong form", SpoiledUtf8(0xC0, 0x80)),
        SubmitBytes("a surrogate in UTF-8", SpoiledUtf8(0xED, 0xA0, 0x80)),
        SubmitBytes("UTF-8 cut off within a character", SpoiledUtf8(0xE2, 0x82)),
        SubmitBytes("a property's name that is not UTF-8", [.. "{\""u8, 0xFF, .. "\":1}"u8]),
        SubmitBytes("UTF-16", Encoding.Unicode.GetBytes(Text())),
        new("an empty body", "POST", "orders", 400, Invalid) { Error = "$" },
        new("an empty body for a price", "POST", "orders/{id}/price", 400, Invalid) { Key = MesHost.Crm, Error = "$" },
        new("an empty body for a reason", "POST", "orders/{id}/cancellation", 400, Invalid) { Error = "$" },
    ];

    private static IEnumerable<BadRequest> Prices =>
    [
        .. new[]
        {
            "null", "0", "0.00", "0.001", "0.009", "-1", "-0.01", "10000000.01", "10000001", "1e8", "1e400", "-1e400",
                "1.005", "0.011",
            "79228162514264337593543950336", "\"5\"", "true", "[]", "0.010000000000000000000000000000000001",
                "1.00000000000000000000000000001",
        }.Select(amount => Price($"amount {amount}", $"{{\"amount\":{amount},\"currency\":\"EUR\"}}", "$.amount")),
        Price("without an amount", "{\"currency\":\"EUR\"}", "$.amount"),
        Price("without a currency", "{\"amount\":5}", "$.currency"),
        .. new[] { "null", "\"\"", "\"eur\"", "\"EU\"", "\"EURO\"", "\"ZZZ\"", "\"DEM\"", "\" EUR\"", "\"EU\\u0000\"",
            "\"\\ud800UR\"", "978" }
            .Select(currency => Price(
                $"currency {currency}", $"{{\"amount\":5,\"currency\":{currency}}}", "$.currency")),
        Price("a price with an unknown property", "{\"amount\":5,\"currency\":\"EUR\",\"status\":\"CLOSED\"}",
            "$.status"),
        Price("a price's amount twice", "{\"amount\":5,\"amount\":5,\"currency\":\"EUR\"}", "$.amount"),
    ];

    private static IEnumerable<BadRequest> Shipments =>
    [
        .. from property in new[] { "carrier", "trackingNumber" }
           from value in BadTexts(64)
           let body = new JsonObject { ["carrier"] = "DHL", ["trackingNumber"] = "1Z" }
           select Row($"{property} {value.Name}", "orders/{id}/shipment", With(body, property, value.Json),
               MesHost.Anna, "PACKAGING", $"$.{property}"),
        Row("a shipment with an unknown property", "orders/{id}/shipment",
            "{\"carrier\":\"a\",\"trackingNumber\":\"b\",\"x\":1}", MesHost.Anna, "PACKAGING", "$.x"),
    ];

    private static IEnumerable<BadRequest> Reasons =>
        from change in ApiEndpoints.ChangesWith<ReasonBody>()
        from value in BadTexts(500)
        select Change(
            $"{change.Action} with a reason {value.Name}", change, With([], "reason", value.Json), "$.reason");

    private static IEnumerable<BadRequest> EmptyBodies =>
        from change in ApiEndpoints.ChangesWith<NoBody>()
        from body in new[] { "{\"status\":\"CLOSED\"}", "[]", "null", "{", "x" }
        select Change($"{change.Action} with the body {body}", change, body);

    private static IEnumerable<BadRequest> Queries =>
    [
        .. from read in ApiEndpoints.Reads
           from parameter in read.Parameters
           where parameter.Type == "integer"
           from value in new[]
           {
               $"{parameter.Minimum - 1}", $"{parameter.Maximum + 1}", "-1", "abc", "", "1.5", "1e1", "%2B5", "0x10",
                   "99999999999",
               "%D9%A3", "5%00", "%205",
           }.Distinct()
           let query = $"{parameter.Name}={value}"
           select Query($"{query} on {read.Path}", $"{read.Path}?{query}", parameter.Name, read.Key),
        .. from read in ApiEndpoints.Reads
           select Query($"an unknown parameter of {read.Path}", $"{read.Path}?x=1", "x", read.Key),
        .. from read in ApiEndpoints.Reads
           from parameter in read.Parameters
           from one in new[] { $"{parameter.Name}={parameter.Example}", parameter.Name }
           let query = $"{one}&{one}"
           select Query($"a parameter twice: {read.Path}?{query}", $"{read.Path}?{query}", parameter.Name, read.Key),
        Query("a parameter twice, once in another case", "orders?limit=5&Limit=5", null),
        Query("status twice", "orders?status=SUBMITTED&status=SHIPPED", "status"),
        Query("a parameter in another case", "orders?Limit=5", "Limit"),
        Query("a parameter without a name", "orders?=5", null),
        Query("an unknown parameter of a change", "orders/{id}/cancellation?force=1", null) with
        {
            Method = "POST", Content = BadRequest.Json("{\"reason\":\"x\"}"),
        },
        Query("an unknown parameter of a submission", "orders?force=1", null) with { Method = "POST", Content =
            BadRequest.Json(Text()) },

        .. new[] { "submitted", "", "SUBMITTED,", ",", "SUBMITTED;SHIPPED", "0", "SUBMITTED%00", "SUBMITTED,%20SHIPPED",
            "Submitted" }
            .Select(value => Query($"status={value}", $"orders?status={value}", "status")),
        .. new[] { "", "foo", "-foo", "UpdatedAt", "updatedAt,createdAt", "--updatedAt", "oldest", "%00" }
            .Select(value => Query($"sort={value}", $"orders?sort={value}", "sort")),
        .. new[] { "", "updatedAt", "Oldest", "newest,oldest" }
            .Select(value => Query($"sort={value} of a column", $"board/SUBMITTED?sort={value}", "sort", MesHost.Anna)),
        .. new[] { "", "yes", "True", "1", "%00" }
            .Select(value => Query($"overdue={value}", $"board/SUBMITTED?overdue={value}", "overdue", MesHost.Anna)),
        .. from name in new[] { "operatorId", "sellerId", "q" }
           from value in new[] { "", "%00", new string('x', 65), "a%00b" }
           select Query($"{name}={value} of a column", $"board/SUBMITTED?{name}={value}", name, MesHost.Anna),
        .. new[] { "", "yesterday", "2026-01-31", "2026-01-31T08:05:09", "2026-01-31T08:05:09+02:00",
            "2026-13-31T08:05:09Z", "1767225600", "%00" }
            .Select(value => Query($"updatedSince={value}", $"orders?updatedSince={value}", "updatedSince")),
        .. new[] { "", "%00", new string('x', 65), "a%00b" }.SelectMany(value => new[]
        {
            Query($"externalId={value}", $"orders?externalId={value}", "externalId"),
            Query($"sellerId={value}", $"orders?sellerId={value}", "sellerId", MesHost.Anna),
        }),
        Query("a seller that asks for another", "orders?sellerId=beta", "sellerId"),
        Query("a seller that asks for itself", "orders?sellerId=alpha", "sellerId"),
        .. from list in ApiEndpoints.Reads.Where(read => read.Parameters.Any(parameter => parameter.Name == "cursor"))
           from cursor in new[] { "", "x", "abc", "%00", "1", new string('A', 32), new string('A', 54),
               new string('A', 5000), "..%2F..", "%F0%9F%98%80", "null", "MTIzNDU2" }
           select Query($"cursor={cursor} of {list.Path}", $"{list.Path}?cursor={cursor}", "cursor", list.Key),
        .. new[] { "externalId=%FF", "externalId=%C0%80", "externalId=%ED%A0%80", "%FF=1", "externalId=a%E2%82" }
            .Select(query => Query($"not UTF-8: {query}", $"orders?{query}", "query")),
    ];

    private static IEnumerable<BadRequest> MediaTypes =>
        from type in new[]
        {
            null, "text/plain", "application/xml", "application/x-www-form-urlencoded",
                "application/json; charset=utf-16", "application/problem+json",
            "json", "text/json", "application/jsonx", "application/*",
        }
        from row in new[] { ("orders", Text(), MesHost.Alpha), ("orders/{id}/price",
            "{\"amount\":5,\"currency\":\"EUR\"}", MesHost.Crm), ("orders/{id}/approval", "{}", MesHost.Crm) }
        select new BadRequest($"{row.Item1} as {type ?? "nothing"}", "POST", row.Item1, 415, "unsupported-media-type")
        {
            Key = row.Item3,
            Content = () =>
            {
                var content = new ByteArrayContent(Encoding.UTF8.GetBytes(row.Item2));
                if (type is not null)
                {
                    content.Headers.TryAddWithoutValidation("Content-Type", type);
                }

                return content;
            },
        };

    private static IEnumerable<BadRequest> TooLarge =>
        from path in new[] { ("orders", MesHost.Alpha), ("orders/{id}/cancellation", MesHost.Alpha),
            ("orders/{id}/approval", MesHost.Crm) }
        from size in new[] { (256 * 1024) + 1, 300 * 1024, 2 * 1024 * 1024 }
        from chunked in new[] { false, true }
        select new BadRequest($"{path.Item1} with {size} bytes{(chunked ? ", in chunks" : "")}", "POST", path.Item1,
            413, "payload-too-large")
        {
            Key = path.Item2,
            Headers = chunked ? [("Transfer-Encoding", "chunked")] : [],
            Content = BadRequest.Bytes(Encoding.ASCII.GetBytes("{" + new string(' ', size - 2) + "}")),
        };

    private static IEnumerable<BadRequest> Conditions =>
    [
        .. new[] { "abc", "1", "\"1", "1\"", "'1'", "\"1\" \"2\"", "\"1\",x", "{}" }
            .Select(value => Condition(value, 400, Invalid) with { Error = "If-Match" }),
        .. new[] { "\"2\"", "\"0\"", "\"-1\"", "\"01\"", "\"1.0\"", "\"\"", "\"abc\"", "W/\"1\"", "\"2\", \"3\"",
            "\"99999999999999999999\"" }
            .Select(value => Condition(value, 412, "precondition-failed")),
    ];

    private static IEnumerable<BadRequest> Verbs =>
    [
        .. from path in ApiEndpoints.MethodsByPath
           from method in new[] { "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "FOO" }
           where !path.Contains(method)
           select Verb(method, path.Key),
    ];

    private static IEnumerable<BadRequest> Paths =>
        from path in new[]
        {
            "", "order", "orders/{id}/nothing", "orders/{id}/price/x", "orders/{id}/claim/", "/api/v2/orders",
                "/orders", "/api", "/.env", "stats", "stats/x",
            "board/CLOSED", "board/CANCELLED", "board/REJECTED", "board/submitted", "board/x", "board/0",
                "board/SUBMITTED/x", "orders//status",
        }
        where !path.EndsWith("claim/", StringComparison.Ordinal)
        select new BadRequest($"nothing at '{path}'", "GET", path, 404, "not-found") { Key = MesHost.Anna };

    private static IEnumerable<(string Name, string Json)> BadTexts(int maxLength) =>
    [
        ("missing", ""),
        ("null", "null"),
        ("empty", "\"\""),
        ("blank", "\" \\t\""),
        ($"of {maxLength + 1} characters", $"\"{new string('x', maxLength + 1)}\""),
        ("number", "5"),
        ("list", "[\"x\"]"),
        ("with NUL", "\"a\\u0000b\""),
        ("with half a surrogate pair", "\"\\ud800\""),
        ("with two halves the wrong way round", "\"\\udc00\\ud800\""),
    ];

    private static IEnumerable<BadRequest> TextRows(string path, int maxLength) =>
        from value in BadTexts(maxLength)
        select SubmitText($"{path} {value.Name}", WithPath(path, value.Json),
            value.Name is "with half a surrogate pair" or "with two halves the wrong way round" ? null : $"$.{path}");

    private static BadRequest SubmitValue(string path, string json, string? name = null) =>
        SubmitText(name ?? $"{path} {json}", WithPath(path, json), json.Contains("\\udc00", StringComparison.Ordinal)
            ? null
            : $"$.{path}");

    private static BadRequest Submit(string name, Action<JsonObject> spoil, string? error = null)
    {
        var order = Samples.Submission();
        spoil(order);
        return SubmitText(name, order.ToJsonString(), error);
    }

    private static BadRequest SubmitText(string name, string json, string? error = null) =>
        new(name, "POST", "orders", 400, Invalid) { Content = BadRequest.Json(json), Error = error };

    private static BadRequest SubmitBytes(string name, byte[] bytes) =>
        new(name, "POST", "orders", 400, Invalid) { Content = BadRequest.Bytes(bytes) };

    private static BadRequest Price(string name, string json, string error) =>
        Row(name, "orders/{id}/price", json, MesHost.Crm, "SUBMITTED", error);

    private static BadRequest Row(
        string name, string path, string json, string key, string given, string? error = null) =>
        new(name, "POST", path, 400, Invalid)
        {
            Key = key,
            Given = given,
            Content = BadRequest.Json(json),
            Error =
                json.Contains("\\ud", StringComparison.Ordinal) ? null : error,
        };

    private static BadRequest Change(string name, ApiEndpoint change, string json, string? error = null) =>
        Row(name, change.Path, json, change.Key, Lifecycle.StepOf(change.Action).From[0], error);

    private static BadRequest Query(string name, string path, string? error, string key = MesHost.Alpha) =>
        new(name, "GET", path, 400, Invalid) { Key = key, Error = error };

    private static BadRequest Condition(string value, int status, string problem) =>
        new(string.Create(CultureInfo.InvariantCulture, $"If-Match: {value} ({status})"), "POST",
            "orders/{id}/cancellation", status, problem)
        {
            Content = BadRequest.Json("{\"reason\":\"x\"}"),
            Headers = [("If-Match", value)],
        };

    private static BadRequest Verb(string method, string path) =>
        new($"{method} {path}", method, path, 405, "method-not-allowed");

    private static JsonObject Model(JsonObject order) => order["model"]!.AsObject();

    private static string Text() => Samples.Submission().ToJsonString();

    private static byte[] SpoiledUtf8(params byte[] bytes)
    {
        var text = Encoding.UTF8.GetBytes(Text());
        var at = text.AsSpan().IndexOf("PA12"u8);
        return [.. text[..at], .. bytes, .. text[at..]];
    }

    /// <summary>
    /// Works on the text, so that a value may be something that no JSON library would write. An empty value removes the
    /// property.
    /// </summary>
    private static string With(JsonObject body, string property, string json)
    {
        body.Remove(property);
        var text = body.ToJsonString();
        return json.Length == 0 ? text : text.Insert(1, $"\"{property}\":{json}{(body.Count > 0 ? "," : "")}");
    }

    private static string WithPath(string path, string json)
    {
        var order = Samples.Submission();
        if (path.Split('.') is not [var outer, var inner])
        {
            return With(order, path, json);
        }

        var model = With(order[outer]!.AsObject(), inner, json);
        order.Remove(outer);
        return With(order, outer, model);
    }
}
