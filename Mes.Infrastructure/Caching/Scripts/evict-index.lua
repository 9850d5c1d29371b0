-- KEYS: the indexes of a group. ARGV: a member that came from elsewhere. Nothing of an index that has it is believed; where it
-- is gone by now, the index has been built anew since it was seen.
for i = 1, #KEYS do
  if type(redis.pcall('ZSCORE', KEYS[i], ARGV[1])) == 'string' then redis.call('UNLINK', KEYS[i]) end
end
return 1
