-- A step of a build is done, or all of it.
-- KEYS: who builds it, how far it is, then the indexes. ARGV: the builder, milliseconds until it is taken to have stopped, its
-- mark, how far it is, milliseconds to keep the whole indexes (0: no limit), '1' when all is done, and then the indexes' first stamp,
-- and milliseconds to keep them when there is no order in them (0: no limit).
-- Answers 0 when it is no longer this builder's, or a mark was lost: then all begins anew.
if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return 0 end
for i = 3, #KEYS do
  if type(redis.pcall('ZSCORE', KEYS[i], ARGV[3])) ~= 'string' then
    redis.call('DEL', KEYS[1])
    return 0
  end
end
if ARGV[6] ~= '1' then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  redis.call('SET', KEYS[2], progress_of(ARGV[3], ARGV[4]), 'KEEPTTL')
  return 1
end
for i = 3, #KEYS do
  redis.call('ZADD', KEYS[i], ARGV[7], 'whole')
  redis.call('ZREM', KEYS[i], ARGV[3])
  local keep = redis.call('ZCARD', KEYS[i]) > 1 and ARGV[5] or ARGV[8]
  if keep ~= '0' then redis.call('PEXPIRE', KEYS[i], keep) end
end
redis.call('DEL', KEYS[1])
redis.call('DEL', KEYS[2])
return 1
