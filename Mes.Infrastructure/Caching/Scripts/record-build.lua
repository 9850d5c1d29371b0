-- Records a step of a build, or its end.
-- KEYS: the name of the builder, the note of its progress; from 3 on the indexes.
-- ARGV: the builder, the milliseconds after which a silent builder counts as stopped, its mark, its cursor, '1' at the
-- end of the build, the first stamp of whole indexes, the milliseconds to keep them (0: no limit), and the same for
-- indexes without orders.
-- Returns 1; 0 when another builder has taken over or a mark was lost, so that the build must begin anew.
local builder_key, progress_key = KEYS[1], KEYS[2]
local builder, builder_ms, mark, cursor = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local is_whole, first_stamp, keep_ms, keep_empty_ms = ARGV[5], ARGV[6], ARGV[7], ARGV[8]

if redis.pcall('GET', builder_key) ~= builder then return 0 end
for i = 3, #KEYS do
  if type(redis.pcall('ZSCORE', KEYS[i], mark)) ~= 'string' then
    redis.call('DEL', builder_key)
    return 0
  end
end
if is_whole ~= '1' then
  redis.call('PEXPIRE', builder_key, builder_ms)
  redis.call('SET', progress_key, progress_of(mark, cursor), 'KEEPTTL')
  return 1
end
for i = 3, #KEYS do
  redis.call('ZADD', KEYS[i], first_stamp, 'whole')
  redis.call('ZREM', KEYS[i], mark)
  local keep = redis.call('ZCARD', KEYS[i]) > 1 and keep_ms or keep_empty_ms
  if keep ~= '0' then redis.call('PEXPIRE', KEYS[i], keep) end
end
redis.call('DEL', builder_key)
redis.call('DEL', progress_key)
return 1
