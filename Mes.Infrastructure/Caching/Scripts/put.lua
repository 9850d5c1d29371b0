-- Writes an order into its entry and its indexes, unless the cache has a newer version or the put may not fill it in.
-- KEYS: the entry, the lease, the change log; 4 to 7 the indexes in the order of IndexKind; from 8 on the stamps of the
-- tags.
-- ARGV: the version, the value of the entry ('' to keep none), the token ('-' for none), the milliseconds to keep the
-- entry (0: no limit), the order's member, the record for the change log, '1' to log an equal version too; 8 to 11 its
-- score in each index ('' where it does not belong).
-- Returns 1 stored, 2 superseded, 3 rejected.
local entry, lease, log = KEYS[1], KEYS[2], KEYS[3]
local version, value, own_token, keep_ms, member = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local record, logs_equal = ARGV[6], ARGV[7]
version = tonumber(version)

-- Whatever the result: a reader may have filled the change in before its writer's put, and the tags must be renewed all
-- the same. A missing stamp serves as well as a new one.
if #KEYS > 7 then redis.call('DEL', unpack(KEYS, 8)) end

-- Each index is written on its own: one that is foreign or cannot be written must not leave the others half-way. A
-- change of an index changes its stamp in the same step, so that no earlier answer passes for a current one (bug
-- classes 9, 10).
local function index(key, score)
  local removed
  if score == '' then
    removed = redis.pcall('ZREM', key, member)
    if removed == 0 then return end
  end
  local stamp = redis.pcall('ZADD', key, 'XX', 'INCR', '-1', 'whole')
  -- Neither whole nor being built: its builder will read this order from the database.
  if not stamp and redis.pcall('ZCOUNT', key, '-inf', '(0') == 0 then return end
  local failed = type(stamp) == 'table' or type(removed) == 'table'
  if not failed and score ~= '' then failed = type(redis.pcall('ZADD', key, score, member)) ~= 'number' end
  if failed then redis.call('UNLINK', key) end
end

local function store()
  if value == '' then
    -- As if the entry were evicted at once: absent is always safe.
    redis.call('DEL', entry)
  elseif keep_ms == '0' then
    redis.call('SET', entry, value)
  else
    redis.call('SET', entry, value, 'PX', keep_ms)
  end
  redis.call('DEL', lease)
  for i = 4, 7 do index(KEYS[i], ARGV[i + 4]) end
  return 1
end

local current = entry_version(entry)
-- Whatever the result: the caller may tell this version even if the put is rejected, and the version that a put bows to
-- may be corrupted. A builder tells nothing. Where it finds what it puts, it leaves the copies of all instances alone.
if logs_equal == '1' or current ~= version then append_to_log(log, record, redis.call) end
if current then
  -- An equal version is written too: the entry may be in a layout that other instances cannot read, or an index may
  -- lack the order (bug classes 18, 32).
  if version >= current then return store() end
  -- A newer version, and proven: its own put wrote it into the indexes in the step that wrote the entry.
  return 2
end

local token, floor = read_lease(lease)
if not token then return 3 end
if token == own_token then
  if version >= floor then return store() end
  redis.call('DEL', lease)
  return 3
end
if version > floor then
  redis.call('SET', lease, lease_of(token, version), 'KEEPTTL')
end
return 3
