-- KEYS: entry, lease, then the stamps of the tags.
-- ARGV: version, value, token ('-' for none), milliseconds to keep the entry (0: no limit).
-- Answers 1 stored, 2 superseded, 3 rejected.

-- Whatever the result: a change that a reader has filled in before its writer's put must renew its tags all the same. No
-- stamp is as good as a new one.
for i = 3, #KEYS do redis.call('DEL', KEYS[i]) end

local function store()
  if ARGV[4] == '0' then
    redis.call('SET', KEYS[1], ARGV[2])
  else
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[4])
  end
  redis.call('DEL', KEYS[2])
  return 1
end

local version = tonumber(ARGV[1])
local current = entry_version(KEYS[1])
if current then
  -- An equal version is written too: it may stand in a layout that others cannot read.
  if version >= current then return store() end
  return 2
end

local token, floor = lease(KEYS[2])
if not token then return 3 end
if token == ARGV[3] then
  if version >= floor then return store() end
  redis.call('DEL', KEYS[2])
  return 3
end
if version > floor then
  redis.call('SET', KEYS[2], token .. ' ' .. ARGV[1], 'KEEPTTL')
end
return 3
