-- Begins to build the indexes of a group, or resumes a build whose builder has stopped.
-- KEYS: the name of the builder, the note of its progress; from 3 on the indexes.
-- ARGV: the builder, the milliseconds after which a silent builder counts as stopped, a new mark, the milliseconds to
-- keep what is begun (0: no limit).
-- Returns {'whole'}, {'busy'}, or {'build', mark, cursor}.
local builder_key, progress_key = KEYS[1], KEYS[2]
local builder, builder_ms, new_mark, keep_ms = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local all_whole = true
for i = 3, #KEYS do all_whole = all_whole and stamp(KEYS[i]) ~= nil end
if all_whole then return { 'whole' } end

-- A builder that would never count as stopped is not one.
local other, left = redis.pcall('GET', builder_key), redis.call('PTTL', builder_key)
if type(other) == 'string' and other ~= builder and left >= 0 and left <= tonumber(builder_ms) then
  return { 'busy' }
end
redis.call('SET', builder_key, builder, 'PX', builder_ms)

-- While every index has the mark, every put has written into them all: what was built so far is still right.
local progress = redis.pcall('GET', progress_key)
if type(progress) == 'string' then
  local mark, cursor = string.match(progress, '^%x+ (%S+) (.*)$')
  local stands = mark ~= nil and progress == progress_of(mark, cursor)
  for i = 3, #KEYS do
    stands = stands and type(redis.pcall('ZSCORE', KEYS[i], mark)) == 'string'
  end
  if stands then return { 'build', mark, cursor } end
end

-- An index that lost its sentinel may still have orders that have left it since.
for i = 3, #KEYS do
  redis.call('UNLINK', KEYS[i])
  redis.call('ZADD', KEYS[i], '-2', new_mark)
  if keep_ms ~= '0' then redis.call('PEXPIRE', KEYS[i], keep_ms) end
end
redis.call('SET', progress_key, progress_of(new_mark, ''))
if keep_ms ~= '0' then redis.call('PEXPIRE', progress_key, keep_ms) end
return { 'build', new_mark, '' }
