-- Reads the stamps of tags, and makes one for each tag that has none.
-- KEYS: the stamps. ARGV: a value that never repeats, the milliseconds to keep a new stamp.
-- Returns the stamps as they are now.
local new_stamp, keep_ms = ARGV[1], ARGV[2]

local stamps = {}
for i = 1, #KEYS do
  -- GETEX without options reads like GET, but a replica refuses it.
  local stamp = redis.pcall('GETEX', KEYS[i])
  if type(stamp) ~= 'string' then
    stamp = new_stamp
    redis.call('SET', KEYS[i], stamp, 'PX', keep_ms)
  end
  stamps[i] = stamp
end
return stamps
