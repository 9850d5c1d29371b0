-- KEYS: entry, lease, four indexes, then the stamps of the tags. Where a put cannot be written: absent is always safe, and an
-- index without its sentinel is.
redis.call('UNLINK', KEYS[1])
redis.call('UNLINK', KEYS[2])
for i = 3, 6 do
  local done = redis.pcall('ZREMRANGEBYSCORE', KEYS[i], '-inf', '(0')
  if type(done) ~= 'number' then redis.call('UNLINK', KEYS[i]) end
end
for i = 7, #KEYS do redis.call('DEL', KEYS[i]) end
return 1
