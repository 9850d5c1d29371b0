-- KEYS: index.
-- ARGV: what the keys of entries start with, '1' for the highest score first, how many orders of all ranges together (0: those
-- of each range), milliseconds that the index is kept from now on (0: no limit), the same where it has no order, the stamp of an
-- answer to this very question that the caller has already ('' for none); then for each range its lowest and highest score, what to take off a score to merge
-- by, the score and member behind which to start ('' for the start), how many orders.
-- Answers nothing where the index is not whole; 'same' where it still has the caller's stamp; the members whose entries are
-- missing, behind the word; else the number of orders in each range, the members, their entries, and the stamp.
local index, prefix, reverse, most = KEYS[1], ARGV[1], ARGV[2] == '1', tonumber(ARGV[3])
redis.call('UNLINK', prefix) -- No key is called that: it deletes nothing, and is refused by a replica, whose answer would not count.
local current = stamp(index)
if not current then return false end
if ARGV[4] ~= '0' then
  local left = redis.call('PTTL', index)
  if left < tonumber(ARGV[4]) / 2 then
    local keep = redis.call('ZCARD', index) > 1 and ARGV[4] or ARGV[5]
    if left < tonumber(keep) / 2 then redis.call('PEXPIRE', index, keep) end
  end
end
if current == ARGV[6] then return 'same' end

-- By bytes, as sorted sets do; Lua's own comparison depends on the server's locale.
local function less(one, other)
  for i = 1, #one do
    local a, b = string.byte(one, i), string.byte(other, i)
    if a ~= b then return not b or a < b end
  end
  return #one < #other
end

-- How many members stand before this score and member; with it, when it is to be counted too. Many orders may have one score.
local function rank(score, member, inclusive)
  local low = redis.call('ZCOUNT', index, '-inf', '(' .. score)
  local high = low + redis.call('ZCOUNT', index, score, score)
  while low < high do
    local middle = math.floor((low + high) / 2)
    local there = redis.call('ZRANGE', index, middle, middle)[1]
    if less(there, member) or (inclusive and there == member) then low = middle + 1 else high = middle end
  end
  return low
end

-- Several ranges that become one list are merged by their scores; else the scores need not even be asked for.
local merge = most > 0 and #ARGV > 12
local totals, members, found = {}, {}, {}
for a = 7, #ARGV, 6 do
  local low, high, base, score, member, count = ARGV[a], ARGV[a + 1], tonumber(ARGV[a + 2]), ARGV[a + 3], ARGV[a + 4], tonumber(ARGV[a + 5])
  local first = redis.call('ZCOUNT', index, '-inf', '(' .. low)
  local total = redis.call('ZCOUNT', index, low, high)
  totals[#totals + 1] = total
  local from, to = first, first + total - 1
  if score ~= '' then
    if reverse then
      to = math.min(to, rank(score, member, false) - 1)
    else
      from = math.max(from, rank(score, member, true))
    end
  end
  if reverse then from = math.max(from, to - count + 1) else to = math.min(to, from + count - 1) end
  if from > to then
    -- Nothing of this range.
  elseif merge then
    local part = redis.call('ZRANGE', index, from, to, 'WITHSCORES')
    for i = 1, #part, 2 do found[#found + 1] = { tonumber(part[i + 1]) - base, part[i] } end
  else
    local part = redis.call('ZRANGE', index, from, to)
    local start, stop, step = 1, #part, 1
    if reverse then start, stop, step = #part, 1, -1 end
    for i = start, stop, step do members[#members + 1] = part[i] end
  end
end

if merge then
  table.sort(found, function(one, other)
    if reverse then one, other = other, one end
    if one[1] ~= other[1] then return one[1] < other[1] end
    return less(one[2], other[2])
  end)
  for i = 1, math.min(most, #found) do members[i] = found[i][2] end
end

local keys = {}
for i = 1, #members do keys[i] = prefix .. members[i] end
if #keys == 0 then return { totals, members, keys, current } end
local entries = redis.call('MGET', unpack(keys))
local missing = { 'missing' }
for i = 1, #keys do
  if not entries[i] then missing[#missing + 1] = members[i] end
end
if #missing > 1 then return missing end
return { totals, members, entries, current }
