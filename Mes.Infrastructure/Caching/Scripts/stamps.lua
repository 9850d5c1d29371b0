-- KEYS: the stamps of tags. ARGV: a value that never repeats, milliseconds to keep a new stamp.
-- Answers the stamps as they are now; a tag that has none gets one. GETEX is a GET that a replica refuses.
local stamps = {}
for i = 1, #KEYS do
  local stamp = redis.pcall('GETEX', KEYS[i])
  if type(stamp) ~= 'string' then
    stamp = ARGV[1]
    redis.call('SET', KEYS[i], stamp, 'PX', ARGV[2])
  end
  stamps[i] = stamp
end
return stamps
