using Mes.Domain.Results;

namespace Mes.Application.Validation;

/// <summary>The request is not what the endpoint expects.</summary>
/// <param name="Errors">Maps the path of each wrong value (<c>model.sha256</c>) to what is wrong with it.</param>
public sealed record ValidationError(IReadOnlyDictionary<string, string[]> Errors)
    : Error("validation-error", "The request is not valid; nothing was changed.")
{
    public static ValidationError Of(string path, string message) =>
        new(new Dictionary<string, string[]> { [path] = [message] });
}
