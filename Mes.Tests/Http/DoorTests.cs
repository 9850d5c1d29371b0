using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Mes.Application.ApiKeys;
using Mes.Domain.Callers;
using Mes.Infrastructure.Persistence;
using Mes.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>A caller that is not admitted, or violates HTTP, costs next to nothing and learns what is wrong.</summary>
[NonParallelizable]
public sealed class DoorTests(TestEngines engines) : HttpTest(engines)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly Statements _statements = new();

    private protected override void Configure(WebApplicationBuilder builder) =>
        builder.Services.ConfigureDbContext<MesDbContext>(options => options.AddInterceptors(_statements));

    [Test]
    public async Task A_flood_of_keys_that_do_not_exist_shares_a_few_statements()
    {
        var known = await Service.IssueKeyAsync(Role.Service, ServiceUnderTest.Unique("known"));
        (await Service.As(known.Reveal(), 0).GetAsync("board?limit=1")).Should(200);
        _statements.Clear();
        var watch = Stopwatch.StartNew();

        var answers = await Task.WhenAll(Enumerable.Range(0, 600)
            .Select(_ => Service.As(ApiKeyText.Generate(live: false).Reveal(), 0).GetAsync("orders")));

        var most = 2 + (watch.Elapsed / TimeSpan.FromMilliseconds(20));
        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(401));
        Assert.That(
            _statements.About("revisions").Count(text => !text.Contains("cache_cells", StringComparison.Ordinal)),
                Is.InRange(1, most), "one statement for all requests that wait, and a limited number a second");
        Assert.That(
            _statements.About("api_keys").Where(text => !text.Contains("cache_cells", StringComparison.Ordinal)),
                Is.Empty, "the instance uses the keys in memory, because their revision is unchanged");
    }

    [Test]
    public async Task During_a_flood_a_new_key_is_good_at_once_on_every_instance_and_known_ones_ask_nothing()
    {
        using var end = new CancellationTokenSource();
        var flood = Enumerable.Range(0, 16).Select(n => FloodAsync(n, end.Token)).ToArray();
        try
        {
            for (var round = 0; round < 10; round++)
            {
                var key = await Service.IssueKeyAsync(Role.Service, ServiceUnderTest.Unique("new"));
                for (var instance = 0; instance < Service.Instances.Count; instance++)
                {
                    (await Service.As(key.Reveal(), instance).GetAsync("board?limit=1")).Should(200);
                }
            }
        }
        finally
        {
            await end.CancelAsync();
        }

        Assert.That((await Task.WhenAll(flood)).Sum(), Is.GreaterThan(16), "there was a flood");
    }

    [Test]
    public async Task A_key_with_another_secret_is_refused_from_memory()
    {
        var key = await Service.IssueKeyAsync(Role.Service, ServiceUnderTest.Unique("known"));
        (await Service.As(key.Reveal(), 0).GetAsync("board?limit=1")).Should(200);
        await Eventually.IsTrue(
            async () =>
            {
                _statements.Clear();
                (await Service.As((key with { Secret = ApiKeyText.Generate(false).Secret }).Reveal(), 0)
                    .GetAsync("board?limit=1")).Should(401);
                return !_statements.About("revisions")
                    .Any(text => !text.Contains("cache_cells", StringComparison.Ordinal));
            },
            Limit,
            "the instance does not query the database");
    }

    [Test]
    public async Task Refused_callers_are_counted_by_reason()
    {
        var before = await FailuresAsync();
        (await Service.As(null, 0).GetAsync("orders")).Should(401);
        (await Service.As("nonsense", 0).GetAsync("orders")).Should(401);
        (await Service.As(ApiKeyText.Generate(false).Reveal(), 0).GetAsync("orders")).Should(401);

        await Eventually.IsTrue(
            async () =>
            {
                var now = await FailuresAsync();
                return new[] { "missing", "malformed", "unknown" }.All(reason => now[reason] > before[reason]);
            },
            Limit,
            "the metric has counted them");
    }

    [TestCase("get", "orders")]
    [TestCase("Get", "orders")]
    [TestCase("post", "orders")]
    [TestCase("head", "board")]
    public async Task Methods_are_case_sensitive(string method, string path)
    {
        var answer = await RawAsync(
            $"{method} /api/v1/{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {MesHost.Anna}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        Assert.That(answer, Does.StartWith("HTTP/1.1 405 ").And.Contains("/problems/method-not-allowed"));
        Assert.That(answer, Does.Contain($"Allow: {(path == "orders" ? "GET, HEAD, POST" : "GET, HEAD")}").Or.Contains(
            "Allow: POST, GET, HEAD"));
    }

    [TestCase("gzip")]
    [TestCase("br")]
    [TestCase("identity, gzip")]
    [TestCase("nonsense")]
    public async Task A_body_in_a_coding_is_not_understood(string coding)
    {
        var count = await Service.CountAsync();
        var content = new StringContent(Samples.Submission().ToJsonString(), Encoding.UTF8, "application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", coding);

        (await Alpha.SendAsync("POST", "orders", content)).ShouldBeProblem(415, "unsupported-media-type");

        Assert.That(await Service.CountAsync(), Is.EqualTo(count));
    }

    [Test]
    public async Task A_body_in_no_coding_may_say_so()
    {
        var content = new StringContent(Samples.Submission().ToJsonString(), Encoding.UTF8, "application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", "Identity");

        (await Alpha.SendAsync("POST", "orders", content)).Should(201);
    }

    [Test]
    public async Task A_request_with_two_lengths_is_refused_and_its_connection_closed()
    {
        var body = Samples.Submission().ToJsonString();
        var answer = await RawAsync(
            $"POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {MesHost.Alpha}\r\nContent-Type: application/json\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n");

        Assert.That(answer, Does.StartWith("HTTP/1.1 400 ").And.Contains("Connection: close").And.Contains(
            "/problems/validation-error"));
    }

    [Test]
    public async Task A_body_that_comes_too_slowly_is_a_408()
    {
        var answer = await RawAsync(
            $"POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {MesHost.Alpha}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{");

        Assert.That(answer, Does.StartWith("HTTP/1.1 408 ").And.Contains("/problems/request-timeout"));
    }

    [TestCase("/api/v1/orders", "")]
    [TestCase("/api/v1/orders", "Authorization: Bearer nonsense\r\n")]
    [TestCase("/nothing", "")]
    [TestCase("/health/live", "")]
    public async Task The_server_does_not_swallow_an_endless_body_that_no_endpoint_reads(string path, string header)
    {
        const int most = 16 * 1024 * 1024;
        using var connection = await ConnectAsync();
        await using var stream = connection.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: x\r\n{header}Transfer-Encoding: chunked\r\n\r\n"));
        byte[] chunk = [.. "10000\r\n"u8, .. new byte[0x10000], .. "\r\n"u8];
        var sent = 0;
        try
        {
            for (; sent < most; sent += chunk.Length)
            {
                await stream.WriteAsync(chunk).AsTask().WaitAsync(Limit);
            }
        }
        catch (IOException)
        {
            // The server has hung up, which is what the test is to show.
        }

        // The server reads half a megabyte at most; the buffers on both sides hold some more.
        Assert.That(sent, Is.LessThan(most));
    }

    [TestCase(400_000)]
    [TestCase(10)]
    public async Task A_caller_without_a_key_gets_its_answer_after_a_whole_body_and_goes_on(int length)
    {
        var answer = await RawAsync(
            $"POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{new string(' ', length)}GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.That(answer, Does.StartWith("HTTP/1.1 401 ").And.Contains("HTTP/1.1 200 OK"));
    }

    [Test]
    public async Task Every_answer_has_what_a_browser_must_be_told()
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        HttpAnswer[] answers =
        [
            order, await Alpha.OrderAsync(order.Id), await Anna.GetAsync("board"), await Nobody.GetAsync("orders"),
                await Admin.GetAsync("orders"),
            await Alpha.GetAsync("orders/nonsense"), await Alpha.GetAsync("orders?x=1"),
                await Alpha.SendAsync("DELETE", "orders"), await Alpha.GetAsync("/nothing"),
            await Nobody.GetAsync("/health/live"), await Nobody.GetAsync("/openapi/v1.json"),
                await Nobody.GetAsync("/metrics"), await Nobody.GetAsync("/docs/"),
        ];

        Assert.Multiple(() =>
        {
            foreach (var answer in answers)
            {
                Assert.That(answer.Header("X-Content-Type-Options"), Is.EqualTo("nosniff"), answer.Body);
                Assert.That(
                    answer.Header("Content-Security-Policy"), Does.Contain("frame-ancestors 'none'"), answer.Body);
                if (answer.Status >= 400)
                {
                    Assert.That(answer.Header("Cache-Control"), Is.EqualTo("no-store"), answer.Body);
                }
            }
        });
    }

    [Test]
    public async Task The_embedded_databases_files_are_its_owners_alone()
    {
        if (!Service.Environment.TryGetValue("Mes__DataDirectory", out var given) || OperatingSystem.IsWindows())
        {
            Assert.Pass("Only the embedded engine keeps files.");
            return;
        }

        var folder = Path.Combine(given, "made", "by-the-service");
        await using var host = await MesHost.StartEmbeddedAsync([$"--Mes:DataDirectory={folder}"]);
        (await new OrdersClient(() => host, MesHost.Alpha).SubmitAsync()).Should(201);

        Assert.That(File.GetUnixFileMode(folder),
            Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        Assert.That(Directory.GetFiles(folder).Select(Path.GetFileName), Does.Contain("mes.db"));
        Assert.That(Directory.GetFiles(folder).Select(File.GetUnixFileMode),
            Is.All.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    private async Task<int> FloodAsync(int instance, CancellationToken end)
    {
        var refused = 0;
        for (; !end.IsCancellationRequested; refused++)
        {
            (await Service.As(ApiKeyText.Generate(live: false).Reveal(), instance).GetAsync("orders")).Should(401);
        }

        return refused;
    }

    private async Task<Dictionary<string, double>> FailuresAsync() =>
        (await Service.As(null, 0).GetAsync("/metrics")).Should(200).Body.Split('\n')
        .Where(line => line.StartsWith("mes_authentication_failures_total{", StringComparison.Ordinal))
        .ToDictionary(
            line => line.Split("reason=\"")[1].Split('"')[0],
            line => double.Parse(
                line[(line.IndexOf('}') + 2)..].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));

    private async Task<TcpClient> ConnectAsync()
    {
        var address = Service.Instances[0].Address;
        var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port);
        return connection;
    }

    /// <summary>
    /// Sends raw bytes. Reads until the server closes the connection, or until a second has passed since its last data.
    /// </summary>
    private async Task<string> RawAsync(string request)
    {
        using var connection = await ConnectAsync();
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        var answer = new StringBuilder();
        var buffer = new byte[16 * 1024];
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, limit.Token)) > 0)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
                limit.CancelAfter(TimeSpan.FromSeconds(1));
            }
        }
        catch (OperationCanceledException) when (answer.Length > 0)
        {
            // The server keeps the connection for another request.
        }

        return answer.ToString();
    }

    private sealed class Statements : DbCommandInterceptor
    {
        private readonly ConcurrentQueue<string> _texts = new();

        public IEnumerable<string> About(string table) =>
            _texts.Where(text => text.Contains(table, StringComparison.Ordinal));

        public void Clear() => _texts.Clear();

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
                CancellationToken cancellationToken = default)
        {
            _texts.Enqueue(command.CommandText);
            return new(result);
        }
    }
}
