-- What begin and put have in common; put in front of each, behind proof.lua.

-- What has no proof is deleted: absent is always safe. So no reader and no older version of the service believes it either.
local function absent(key)
  redis.call('UNLINK', key)
  return nil
end

-- The version of the entry under this key; nil when there is none, or none that is proven. From layout 3 on an entry starts with
-- "MES <layout> <version> <bytes behind the first line> … <proof> <checksum>". The proof is over the order's member and what stands
-- between layout and proof. An entry of an older layout has none.
local function entry_version(key)
  -- GETRANGE and not GET: a wrong type must show, and the payload need not be copied.
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

-- The token that holds the lease, and its floor: the newest version that somebody without it has read meanwhile. Both are proven,
-- in digits behind the token's: a floor that was spoiled downwards would let an old version in.
local function lease(key)
  local value = redis.pcall('GET', key)
  if not value then return nil end
  local token, sum, floor
  if type(value) == 'string' then token, sum, floor = string.match(value, '^(%x+)(%x%x%x%x%x%x%x%x) (%d+)$') end
  if not token or sum ~= proof(token .. ' ' .. floor) then return absent(key) end
  return token, tonumber(floor)
end

local function lease_of(token, floor) return token .. proof(token .. ' ' .. floor) .. ' ' .. floor end
