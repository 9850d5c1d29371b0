-- Leases an order, so that a put with the token may fill in an entry that the cache does not have.
-- KEYS: the entry, the lease, the change log.
-- ARGV: the token, the milliseconds until the lease runs out, '1' to take the lease over from another holder, the record
-- for the change log.
-- Returns 1 when a put with the token may fill in the entry, 0 when another token holds the lease.
local entry, lease, log = KEYS[1], KEYS[2], KEYS[3]
local token, lease_ms, takes_over, record = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

if entry_version(entry) then return 1 end
-- The caller tells the version that it reads now even if its put is lost. No copy of an older version may be told after
-- that (G4).
append_to_log(log, record, redis.call)
if takes_over == '0' and read_lease(lease) then return 0 end
redis.call('SET', lease, lease_of(token, '0'), 'PX', lease_ms)
return 1
