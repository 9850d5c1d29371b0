-- Removes an order where a put cannot be written. An absent entry is always safe, and so is an index without its
-- sentinel.
-- KEYS: the entry, the lease; 3 to 6 the indexes in the order of IndexKind; from 7 on the stamps of the tags.
-- Returns 1.
local entry, lease = KEYS[1], KEYS[2]

redis.call('UNLINK', entry)
redis.call('UNLINK', lease)
for i = 3, 6 do
  local removed = redis.pcall('ZREMRANGEBYSCORE', KEYS[i], '-inf', '(0')
  if type(removed) ~= 'number' then redis.call('UNLINK', KEYS[i]) end
end
for i = 7, #KEYS do redis.call('DEL', KEYS[i]) end
return 1
