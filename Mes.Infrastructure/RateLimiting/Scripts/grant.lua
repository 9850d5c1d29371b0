-- Grants permits of a caller's sliding window. All amounts are tenths of a permit, all times milliseconds.
--
-- KEYS: the caller's counter. ARGV, by name below:
--   instance      who asks
--   limit         the permits of a window
--   ahead_limit   the most that all instances together may hold unspent
--   horizon       how long a permit counts: the window, and as long as an answer may be on its way
--   step          permits that are granted within such a time are counted together
--   term          how long what an instance holds counts as unspent
--   cost, wanted  what one request costs, 0 where none is to come; and all that wait: a multiple of cost is granted
--   rest          what the instance still holds; it keeps that, as if it were granted now
--   returned, age what the instance was granted and did not spend, and how long ago that was at most
--   debt          what the instance has spent without asking
-- Reply: granted, held by the instance from now on, spent by all, time until permits come back, and until one request
-- could be granted.
--
-- The counter has `first:last:count;` for permits that were granted from first to last, oldest first, and then
-- `instance=until=amount,` for what an instance holds unspent.
local counter = KEYS[1]
local instance = ARGV[1]
local limit, ahead_limit = tonumber(ARGV[2]), tonumber(ARGV[3])
local horizon, step, term = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local cost, wanted = tonumber(ARGV[7]), tonumber(ARGV[8])
local rest, returned, age, debt = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11]), tonumber(ARGV[12])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local text = redis.call('GET', counter) or ''
local grants = {}
for first, last, count in string.gmatch(text, '(%d+):(%d+):(%d+);') do
  -- A time in the future was written before the clock was set back: it counts as now.
  first, last = math.min(tonumber(first), now), math.min(tonumber(last), now)
  if last + horizon > now then
    grants[#grants + 1] = { first, last, tonumber(count) }
  end
end

local parts = {}
local others, held_since = 0, now - term
for name, till, amount in string.gmatch(text, '(%w+)=(%d+)=(%d+),') do
  till = math.min(tonumber(till), now + term)
  if name == instance then
    held_since = till - term
  elseif till > now then
    others = others + amount
    parts[#parts + 1] = string.format('%s=%.0f=%s,', name, till, amount)
  end
end

-- From a grant that is not younger than the permits: then the count of no later time falls below what was spent since.
local function take_back(amount, since)
  local i = #grants
  while i > 1 and grants[i][1] > since do
    i = i - 1
  end

  while amount > 0 and i > 0 do
    local part = math.min(amount, grants[i][3])
    grants[i][3] = grants[i][3] - part
    amount = amount - part
    if grants[i][3] == 0 then
      table.remove(grants, i)
    end

    i = i - 1
  end
end

take_back(rest, held_since)
take_back(returned, now - age)

local counted = debt
for _, grant in ipairs(grants) do
  counted = counted + grant[3]
end

-- What others hold unspent keeps no request waiting here. So they may bring a window above its limit, by ahead_limit.
local spent = math.max(counted - others, 0)
local granted = wanted
if wanted > 0 and spent + wanted > limit then
  granted = math.floor(math.max(limit - spent, 0) / cost) * cost
end

spent = spent + granted
counted = counted + granted
local ahead = rest
if cost > 0 then
  local portion = math.min((ahead_limit - others) / 2, (limit - counted) / 4)
  ahead = math.max(rest, math.floor(portion / 10) * 10)
end

local added = debt + granted + ahead
local newest = grants[#grants]
if added > 0 and newest and now - newest[1] < step then
  newest[2] = now
  newest[3] = newest[3] + added
elseif added > 0 then
  grants[#grants + 1] = { now, now, added }
end

local back_at, retry_at, freed = 0, 0, 0
for i, grant in ipairs(grants) do
  local leaves = grant[2] + horizon - now
  freed = freed + grant[3]
  if back_at == 0 then
    back_at = leaves
  end

  if retry_at == 0 and spent - freed + cost <= limit then
    retry_at = leaves
  end

  grants[i] = string.format('%.0f:%.0f:%.0f;', grant[1], grant[2], grant[3])
end

if ahead > 0 then
  parts[#parts + 1] = string.format('%s=%.0f=%.0f,', instance, now + term, ahead)
end

redis.call('SET', counter, table.concat(grants) .. table.concat(parts), 'PX', string.format('%.0f', horizon))
return { granted, ahead, spent, back_at, retry_at }
