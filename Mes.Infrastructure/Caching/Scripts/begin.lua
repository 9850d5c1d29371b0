-- KEYS: entry, lease. ARGV: token, milliseconds that the lease stands, '1' to take it over from whoever has it.
-- Answers 1 when the token may be put with, 0 when another has the lease.
if entry_version(KEYS[1]) then return 1 end
if ARGV[3] == '0' and lease(KEYS[2]) then return 0 end
redis.call('SET', KEYS[2], lease_of(ARGV[1], '0'), 'PX', ARGV[2])
return 1
