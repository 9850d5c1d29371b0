-- KEYS: entry, lease, board, the seller's orders by change, by creation, by status and change; then the stamps of the tags.
-- ARGV: version, value ('' to keep none), token ('-' for none), milliseconds to keep the entry (0: no limit), the order as a
-- member, and its score in each of the four indexes ('' where it does not belong).
-- Answers 1 stored, 2 superseded, 3 rejected.

-- Whatever the result: a change that a reader has filled in before its writer's put must renew its tags all the same. No
-- stamp is as good as a new one.
if #KEYS > 6 then redis.call('DEL', unpack(KEYS, 7)) end

-- Each index is written for itself: what is foreign or cannot be written must not leave the others half-way. What changes an
-- index changes its stamp, in the same step: no answer that was made of it before is taken for one of now (bug classes 9, 10).
local function index(key, score)
  local removed
  if score == '' then
    removed = redis.pcall('ZREM', key, ARGV[5])
    if removed == 0 then return end
  end
  local stamp = redis.pcall('ZADD', key, 'XX', 'INCR', '-1', 'whole')
  -- Neither whole nor being built: who will build it reads this order from the database.
  if not stamp and redis.pcall('ZCOUNT', key, '-inf', '(0') == 0 then return end
  local failed = type(stamp) == 'table' or type(removed) == 'table'
  if not failed and score ~= '' then failed = type(redis.pcall('ZADD', key, score, ARGV[5])) ~= 'number' end
  if failed then redis.call('UNLINK', key) end
end

local function store()
  if ARGV[2] == '' then
    -- As if it were evicted at once: absent is always safe.
    redis.call('DEL', KEYS[1])
  elseif ARGV[4] == '0' then
    redis.call('SET', KEYS[1], ARGV[2])
  else
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[4])
  end
  redis.call('DEL', KEYS[2])
  for i = 3, 6 do index(KEYS[i], ARGV[i + 3]) end
  return 1
end

local version = tonumber(ARGV[1])
local current = entry_version(KEYS[1])
if current then
  -- An equal version is written too: it may stand in a layout that others cannot read, or be missing from an index (bug
  -- classes 18, 32).
  if version >= current then return store() end
  -- A newer version, and proven: its own put has written it into the indexes, in the step that wrote the entry.
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
  redis.call('SET', KEYS[2], lease_of(token, ARGV[1]), 'KEEPTTL')
end
return 3
