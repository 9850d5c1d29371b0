namespace Mes.Application.Webhooks;

/// <summary>Decides to which addresses webhooks may be sent.</summary>
public interface IWebhookUrls
{
    /// <returns>What is wrong with the URL, as the end of a sentence about it; null if it is allowed.</returns>
    string? Object(string url);
}
