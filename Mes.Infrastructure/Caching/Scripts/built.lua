-- A step of a build is done, or all of it.
-- KEYS: who builds it, how far it is, then the indexes. ARGV: the builder, milliseconds until it is taken to have stopped, its
-- mark, how far it is, milliseconds to keep the whole indexes (0: no limit), '1' when all is done, and then the indexes' first stamp.
-- Answers 0 when it is no longer this builder's, or a mark was lost: then all begins anew.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
for i = 3, #KEYS do
  if type(redis.pcall('ZSCORE', KEYS[i], ARGV[3])) ~= 'string' then
    redis.call('DEL', KEYS[1])
    return 0
  end
end
if ARGV[6] ~= '1' then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  redis.call('SET', KEYS[2], ARGV[3] .. ' ' .. ARGV[4], 'KEEPTTL')
  return 1
end
for i = 3, #KEYS do
  redis.call('ZADD', KEYS[i], ARGV[7], 'whole')
  redis.call('ZREM', KEYS[i], ARGV[3])
  if ARGV[5] ~= '0' then redis.call('PEXPIRE', KEYS[i], ARGV[5]) end
end
redis.call('DEL', KEYS[1])
redis.call('DEL', KEYS[2])
return 1
