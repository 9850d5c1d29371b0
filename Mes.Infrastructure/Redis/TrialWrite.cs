using System.Globalization;
using StackExchange.Redis;

namespace Mes.Infrastructure.Redis;

/// <summary>
/// A write of the service's own, through a script as every put is: that Redis answers reads does not show that it can be written
/// (bug class 36). Leaves nothing behind.
/// </summary>
/// <param name="refused">Told of each answer that is an error and concerns this server.</param>
internal sealed class TrialWrite(IDatabase database, Action<RedisServerException> refused, TimeProvider clock)
{
    /// <summary>The result where another server has the cell.</summary>
    public const string Elsewhere = "elsewhere";

    /// <summary>The result where there was no answer.</summary>
    public const string Silence = "silence";

    private static readonly string Script = EmbeddedScript.Read("Mes.Infrastructure.Redis", "trial");

    /// <summary>A machine that stands still for a moment must not take Redis for lost.</summary>
    private const int Attempts = 2;

    /// <summary>For the case that the server stops between the script's commands.</summary>
    private const int KeepMilliseconds = 1000;

    /// <summary>In no epoch: nothing depends on it.</summary>
    public static RedisKey Key(int cell) => string.Create(CultureInfo.InvariantCulture, $"mes:{{{cell}}}:trial");

    /// <param name="cell">One that the server has.</param>
    /// <returns>Null when the write worked; else why it did not: an error's code, <see cref="Elsewhere"/> or <see cref="Silence"/>.</returns>
    public async Task<string?> FailureAsync(int cell, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await database
                    .ScriptEvaluateAsync(Script, [Key(cell)], [KeepMilliseconds], CommandFlags.NoRedirect)
                    .WaitAsync(RedisProbe.Budget, clock, cancellationToken);
                return null;
            }
            catch (RedisServerException exception)
            {
                if (RedisErrors.ScopeOf(exception.Message) == RedisErrorScope.Elsewhere)
                {
                    return Elsewhere;
                }

                refused(exception);
                return RedisErrors.CodeOf(exception.Message);
            }
            catch (Exception exception) when (IsSilence(exception) && !cancellationToken.IsCancellationRequested)
            {
                if (attempt == Attempts)
                {
                    return Silence;
                }
            }
        }
    }

    private static bool IsSilence(Exception exception) =>
        exception is TimeoutException or RedisException or ObjectDisposedException or OperationCanceledException;
}
