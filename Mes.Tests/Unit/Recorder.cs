using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Mes.Tests.Unit;

/// <summary>Records log entries.</summary>
internal sealed class Recorder<T> : ILogger<T>
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _entries = [];
    private readonly ConcurrentQueue<Exception> _traces = [];

    public IReadOnlyCollection<(LogLevel Level, string Text)> Entries => _entries;

    /// <summary>The entries that were logged with a stack trace.</summary>
    public IReadOnlyCollection<Exception> Traces => _traces;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        _entries.Enqueue((logLevel, formatter(state, exception)));
        if (exception is not null)
        {
            _traces.Enqueue(exception);
        }
    }
}
