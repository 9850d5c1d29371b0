-- KEYS: a key for this script alone. ARGV: milliseconds after which the key expires in any case.
-- Writes as a put does, which begins with a DEL where it renews tags, so this works in a full memory as well. Any error
-- is the reply.
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
redis.call('DEL', KEYS[1])
redis.call('ZADD', KEYS[1], '1', '1')
redis.call('DEL', KEYS[1])
return 1
