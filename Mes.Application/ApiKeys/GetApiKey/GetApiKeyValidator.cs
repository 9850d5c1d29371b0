using FluentValidation;

namespace Mes.Application.ApiKeys.GetApiKey;

/// <summary>Nothing to check: a malformed id is the id of no key.</summary>
internal sealed class GetApiKeyValidator : AbstractValidator<GetApiKey>;
