using Mes.Infrastructure.Redis;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching.Orders;

/// <summary>Sends a question, and waits for its answer.</summary>
/// <param name="question">It must be executed after those of its cell that were sent before it.</param>
/// <param name="timeout">How long to wait for the answer.</param>
/// <returns>The log, and behind it the entries.</returns>
internal delegate ValueTask<RedisReply<RedisValue[]>> SendQuestion(OrderQuestion question, TimeSpan timeout);
