-- Shared by begin and put; CacheScripts puts it before each, after proof.lua.

-- Deletes a value that has no valid proof. An absent value is always safe, and neither a reader nor an older version of
-- the service can believe it any more.
local function absent(key)
  redis.call('UNLINK', key)
  return nil
end

-- The version of the entry under this key; nil without an entry whose version is proven. From layout 3 on, an entry
-- starts with "MES <layout> <version> <bytes after the first line> … <proof> <checksum>". The proof covers the order's
-- member and what stands between layout and proof. Entries of older layouts have none.
local function entry_version(key)
  -- GETRANGE instead of GET: a value of a wrong type must be noticed, and the payload need not be copied.
  local head = redis.pcall('GETRANGE', key, 0, 399)
  if not head or head == '' then return nil end
  if type(head) ~= 'string' then return absent(key) end
  local line, version, length, sum, payload =
    string.match(head, '^MES %d+ ((%d+) (%d+) [^\n]* )(%x%x%x%x%x%x%x%x) %x%x%x%x%x%x%x%x\n()')
  if not line
    or sum ~= proof(string.match(key, ':o:([^:]+)') .. ' ' .. line)
    or redis.call('STRLEN', key) ~= payload - 1 + tonumber(length) then
    return absent(key)
  end
  return tonumber(version)
end

-- The token that holds the lease, and the lease's floor: the newest version that a put without the lease has brought
-- meanwhile. The digits behind the token prove both, because a floor that was corrupted downwards would let an old
-- version in.
local function read_lease(key)
  local value = redis.pcall('GET', key)
  if not value then return nil end
  local token, sum, floor
  if type(value) == 'string' then token, sum, floor = string.match(value, '^(%x+)(%x%x%x%x%x%x%x%x) (%d+)$') end
  if not token or sum ~= proof(token .. ' ' .. floor) then return absent(key) end
  return token, tonumber(floor)
end

local function lease_of(token, floor) return token .. proof(token .. ' ' .. floor) .. ' ' .. floor end
