-- Leases an order, so that a put with the token may fill in an entry that the cache does not have.
-- KEYS: the entry, the lease.
-- ARGV: the token, the milliseconds until the lease runs out, '1' to take the lease over from another holder.
-- Returns 1 when a put with the token may fill in the entry, 0 when another token holds the lease.
local entry, lease = KEYS[1], KEYS[2]
local token, lease_ms, takes_over = ARGV[1], ARGV[2], ARGV[3]

if entry_version(entry) then return 1 end
if takes_over == '0' and read_lease(lease) then return 0 end
redis.call('SET', lease, lease_of(token, '0'), 'PX', lease_ms)
return 1
