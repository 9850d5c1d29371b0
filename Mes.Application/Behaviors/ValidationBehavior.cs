using System.Text.Json;
using FluentValidation;
using MediatR;
using Mes.Application.Validation;
using Mes.Domain.Results;

namespace Mes.Application.Behaviors;

/// <summary>
/// Lets only valid requests through. Every request has exactly one validator; one without rules is not run.
/// </summary>
internal sealed class ValidationBehavior<TRequest, TResponse>(IValidator<TRequest> validator)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
    where TResponse : IResult<TResponse>
{
    /// <summary>Whether there is anything to check. If not, the pipeline of a query leaves it out.</summary>
    public bool HasRules { get; } = validator is not IEnumerable<IValidationRule> rules || rules.Any();

    public Task<TResponse> Handle(
        TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next) =>
        HasRules ? ValidateAsync(request, cancellationToken, next) : next();

    private async Task<TResponse> ValidateAsync(
        TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        var result = await validator.ValidateAsync(request, cancellationToken);
        if (result.IsValid)
        {
            return await next();
        }

        return TResponse.Failure(new ValidationError(result.Errors
            .GroupBy(failure => CamelCase(failure.PropertyName))
            .ToDictionary(
                group => group.Key, group => group.Select(failure => failure.ErrorMessage).Distinct().ToArray())));
    }

    private static string CamelCase(string path) =>
        string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));
}
