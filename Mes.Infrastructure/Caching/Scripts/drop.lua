-- Removes an order where a put cannot be written. An absent entry is always safe, and so is an index without its
-- sentinel, and an absent change log.
-- KEYS: the entry, the lease, the change log; 4 to 7 the indexes in the order of IndexKind; from 8 on the stamps of the
-- tags.
-- ARGV: the record for the change log.
-- Returns 1.
local entry, lease, log = KEYS[1], KEYS[2], KEYS[3]
local record = ARGV[1]

redis.call('UNLINK', entry)
redis.call('UNLINK', lease)
for i = 4, 7 do
  local removed = redis.pcall('ZREMRANGEBYSCORE', KEYS[i], '-inf', '(0')
  if type(removed) ~= 'number' then redis.call('UNLINK', KEYS[i]) end
end
for i = 8, #KEYS do redis.call('DEL', KEYS[i]) end
local logged = append_to_log(log, record, redis.pcall)
if type(logged) == 'table' and logged.err then redis.call('UNLINK', log) end
return 1
