-- KEYS: entry, lease, then indexes. Where a put cannot be written: absent is always safe, and an index without its sentinel
-- is.
redis.call('DEL', KEYS[1])
redis.call('DEL', KEYS[2])
for i = 3, #KEYS do
  local done = redis.pcall('ZREMRANGEBYSCORE', KEYS[i], '-inf', '(0')
  if type(done) ~= 'number' then redis.call('DEL', KEYS[i]) end
end
return 1
