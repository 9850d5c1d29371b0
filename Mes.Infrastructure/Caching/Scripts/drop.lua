-- KEYS: entry, lease. Where a put cannot be written: absent is always safe.
redis.call('DEL', KEYS[1])
redis.call('DEL', KEYS[2])
return 1
