using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.ApiKeys.GetApiKey;

/// <summary>One API key, without its secret.</summary>
public sealed record GetApiKey(string KeyId, Caller Caller) : IQuery<ApiKeyDocument>;
