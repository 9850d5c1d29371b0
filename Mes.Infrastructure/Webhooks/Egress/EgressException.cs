namespace Mes.Infrastructure.Webhooks.Egress;

/// <summary>No connection was made.</summary>
/// <param name="error">Why, as the log of deliveries names it.</param>
internal sealed class EgressException(string error, Exception? inner = null) : IOException(error, inner)
{
    public string Error => Message;
}
