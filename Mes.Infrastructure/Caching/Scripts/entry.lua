-- What begin and put have in common; put in front of each.

-- The version of the entry under this key; nil when there is none, or none that can be read: no magic, wrong length, wrong
-- type. An entry starts with "MES <layout> <version> <bytes behind the first line>", in every layout.
local function entry_version(key)
  -- GETRANGE and not GET: a wrong type must show, and the payload need not be copied.
  local head = redis.pcall('GETRANGE', key, 0, 299)
  if type(head) ~= 'string' then return nil end
  local version, length = string.match(head, '^MES %d+ (%d+) (%d+) ')
  if not version then return nil end
  local newline = string.find(head, '\n', 1, true)
  if not newline or redis.call('STRLEN', key) ~= newline + tonumber(length) then return nil end
  version = tonumber(version)
  -- No order has ever had so many changes; it would keep every true version out for good.
  if version > 2147483647 then return nil end
  return version
end

-- The token that holds the lease, and its floor: the newest version that somebody without it has read meanwhile.
local function lease(key)
  local value = redis.pcall('GET', key)
  if type(value) ~= 'string' then return nil end
  local token, floor = string.match(value, '^(%x+) (%d+)$')
  return token, tonumber(floor)
end
