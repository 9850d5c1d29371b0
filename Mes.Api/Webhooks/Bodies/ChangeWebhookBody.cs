using System.Text.Json.Serialization;
using Mes.Api.Http;

namespace Mes.Api.Webhooks.Bodies;

/// <summary>What is to be changed of a webhook; what is absent stays.</summary>
internal sealed record ChangeWebhookBody : IMergePatch
{
    private readonly HashSet<string> _changed = [];

    /// <summary>The names of the properties that the caller has sent.</summary>
    [JsonIgnore]
    public IReadOnlySet<string> Changed => _changed;

    /// <summary>Where events are sent: an absolute URL with https. What waits goes there, too.</summary>
    public string? Url
    {
        get;
        init
        {
            field = value;
            _changed.Add(nameof(Url));
        }
    }

    /// <summary>The types of the events to send; <c>*</c> alone for all.</summary>
    public string?[]? Types
    {
        get;
        init
        {
            field = value;
            _changed.Add(nameof(Types));
        }
    }

    /// <summary>What the webhook is for; null removes it.</summary>
    public string? Description
    {
        get;
        init
        {
            field = value;
            _changed.Add(nameof(Description));
        }
    }

    /// <summary>enabled or disabled. Disabling drops what waits.</summary>
    public string? Status
    {
        get;
        init
        {
            field = value;
            _changed.Add(nameof(Status));
        }
    }
}
