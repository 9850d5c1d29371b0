-- Begins to build an index, or a group of them that are built together, or goes on where somebody else has stopped.
-- KEYS: who builds it, how far it is, then the indexes. ARGV: the builder, milliseconds until it is taken to have stopped,
-- a new mark, milliseconds that what was begun is kept (0: no limit).
-- Answers {'whole'}, {'busy'}, or {'build', mark, how far}.
local everything = true
for i = 3, #KEYS do everything = everything and stamp(KEYS[i]) ~= nil end
if everything then return { 'whole' } end

-- A builder that would never be taken to have stopped is none.
local builder, left = redis.pcall('GET', KEYS[1]), redis.call('PTTL', KEYS[1])
if type(builder) == 'string' and builder ~= ARGV[1] and left >= 0 and left <= tonumber(ARGV[2]) then return { 'busy' } end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])

-- As long as the mark stands in every index, no put has passed them by: what was done stays done.
local progress = redis.pcall('GET', KEYS[2])
if type(progress) == 'string' then
  local mark, far = string.match(progress, '^%x+ (%S+) (.*)$')
  local stands = mark ~= nil and progress == progress_of(mark, far)
  for i = 3, #KEYS do
    stands = stands and type(redis.pcall('ZSCORE', KEYS[i], mark)) == 'string'
  end
  if stands then return { 'build', mark, far } end
end

-- What is left of an index that lost its sentinel may have orders that have left since.
for i = 3, #KEYS do
  redis.call('UNLINK', KEYS[i])
  redis.call('ZADD', KEYS[i], '-2', ARGV[3])
  if ARGV[4] ~= '0' then redis.call('PEXPIRE', KEYS[i], ARGV[4]) end
end
redis.call('SET', KEYS[2], progress_of(ARGV[3], ''))
if ARGV[4] ~= '0' then redis.call('PEXPIRE', KEYS[2], ARGV[4]) end
return { 'build', ARGV[3], '' }
