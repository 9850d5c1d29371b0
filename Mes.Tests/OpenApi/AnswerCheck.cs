using NUnit.Framework;

namespace Mes.Tests.OpenApi;

/// <summary>
/// Fails the test when an answer is not as the service's description says in status, headers and body. Every client of
/// the tests has it, so that whatever a test makes the service answer is compared with the description.
/// </summary>
internal sealed class AnswerCheck(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string Events = "text/event-stream";

    public static HttpClient NewClient(Uri address) =>
        new(new AnswerCheck(new SocketsHttpHandler { UseCookies = false })) { BaseAddress = address };

    /// <exception cref="AssertionException">The answer is not as described.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        var isStream = answer.Content.Headers.ContentType?.MediaType == Events;
        if (!isStream)
        {
            await answer.Content.LoadIntoBufferAsync(cancellationToken);
        }

        var api = await ApiDescription.CurrentAsync();
        var (method, path) = (request.Method.Method, request.RequestUri!.AbsolutePath);
        var differences = await api.DifferencesAsync(method, path, answer, withBody: !isStream);
        if (differences.Count > 0)
        {
            var body = isStream ? Events : await answer.Content.ReadAsStringAsync(cancellationToken);
            throw new AssertionException(
                $"{method} {path}: {(int)answer.StatusCode} is not as described:\n{string.Join('\n', differences)}\n{body}");
        }

        return answer;
    }
}
