using System.Globalization;
using StackExchange.Redis;

namespace Mes.Infrastructure.Redis;

/// <summary>
/// Writes to Redis through a script, as every put does, and leaves nothing behind. That Redis answers reads does not
/// show that it accepts writes (bug class 36).
/// </summary>
/// <param name="refused">Called for each error that concerns this server.</param>
internal sealed class TrialWrite(IDatabase database, Action<RedisServerException> refused, TimeProvider clock)
{
    /// <summary>The failure if another server has the cell.</summary>
    public const string Elsewhere = "elsewhere";

    /// <summary>The failure if there was no reply.</summary>
    public const string NoReply = "no-reply";

    /// <summary>More than one, so that a machine that pauses for a moment does not make Redis seem lost.</summary>
    private const int Attempts = 2;

    /// <summary>Removes the key if the server stops between two commands of the script.</summary>
    private const int ExpireMilliseconds = 1000;

    private static readonly string Script = EmbeddedScript.Read("Mes.Infrastructure.Redis", "trial");

    /// <summary>The key belongs to no epoch: nothing depends on it.</summary>
    public static RedisKey Key(int cell) => string.Create(CultureInfo.InvariantCulture, $"mes:{{{cell}}}:trial");

    /// <param name="cell">A cell that the server has.</param>
    /// <returns>
    /// Null if the write worked; otherwise the error's code, <see cref="Elsewhere"/> or <see cref="NoReply"/>.
    /// </returns>
    public async Task<string?> RunAsync(int cell, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await database
                    .ScriptEvaluateAsync(Script, [Key(cell)], [ExpireMilliseconds], CommandFlags.NoRedirect)
                    .WaitAsync(RedisProbe.Timeout, clock, cancellationToken);
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
            catch (Exception exception) when (IsNoReply(exception) && !cancellationToken.IsCancellationRequested)
            {
                if (attempt == Attempts)
                {
                    return NoReply;
                }
            }
        }
    }

    private static bool IsNoReply(Exception exception) =>
        exception is TimeoutException or RedisException or ObjectDisposedException or OperationCanceledException;
}
