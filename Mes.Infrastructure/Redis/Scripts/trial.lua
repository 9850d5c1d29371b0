-- KEYS: a key for this alone. ARGV: milliseconds after which it is gone in any case.
-- Writes as a put does, which begins with a DEL where it renews tags, and so also in a full memory. Any error is the answer.
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
redis.call('DEL', KEYS[1])
redis.call('ZADD', KEYS[1], '1', '1')
redis.call('DEL', KEYS[1])
return 1
