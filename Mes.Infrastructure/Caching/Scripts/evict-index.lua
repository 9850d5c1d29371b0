-- Evicts the indexes of a group that have a foreign member: nothing else in such an index can be believed. An index
-- that no longer has the member was built anew since a reader saw it.
-- KEYS: the indexes. ARGV: the member.
-- Returns 1.
local member = ARGV[1]

for i = 1, #KEYS do
  if type(redis.pcall('ZSCORE', KEYS[i], member)) == 'string' then redis.call('UNLINK', KEYS[i]) end
end
return 1
