-- Reads one or several ranges of an index, with the entries of their orders.
-- KEYS: the index.
-- ARGV: what the key of every entry starts with, '1' for the highest score first, how many orders of all ranges merged
-- into one list (0: each range apart), the milliseconds to keep the index from now on (0: no limit), the same for an
-- index without orders, the stamp of the copy that the caller has ('' for none). Then for each range: its lowest and
-- its highest score, what to take off a score before merging, the score and the member to start behind ('' for the
-- start), and how many orders at most.
-- Returns nil for an index that is not whole; 'same' when the caller's copy is still current; {'missing', members…}
-- when entries are missing; else {totals of the ranges, members, entries, stamp}.
local index, prefix = KEYS[1], ARGV[1]
local descending, merge_limit, keep_ms, keep_empty_ms, known_stamp = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local reverse, most = descending == '1', tonumber(merge_limit)

-- No key has this name, so nothing is deleted. But a replica refuses the command, and its answer would not count.
redis.call('UNLINK', prefix)
local current = stamp(index)
if not current then return false end
if keep_ms ~= '0' then
  local left = redis.call('PTTL', index)
  if left < tonumber(keep_ms) / 2 then
    local keep = redis.call('ZCARD', index) > 1 and keep_ms or keep_empty_ms
    if left < tonumber(keep) / 2 then redis.call('PEXPIRE', index, keep) end
  end
end
if current == known_stamp then return 'same' end

-- By bytes, as sorted sets compare; Lua's own comparison depends on the server's locale.
local function less(one, other)
  for i = 1, #one do
    local a, b = string.byte(one, i), string.byte(other, i)
    if a ~= b then return not b or a < b end
  end
  return #one < #other
end

-- How many members stand before this score and member, or up to it if inclusive. Many orders may share a score.
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

-- Ranges that become one list are merged by their scores. Otherwise the scores need not be read.
local merge = most > 0 and #ARGV > 12
local totals, members, found = {}, {}, {}
for a = 7, #ARGV, 6 do
  local low, high, base = ARGV[a], ARGV[a + 1], tonumber(ARGV[a + 2])
  local after_score, after_member, count = ARGV[a + 3], ARGV[a + 4], tonumber(ARGV[a + 5])
  local first = redis.call('ZCOUNT', index, '-inf', '(' .. low)
  local total = redis.call('ZCOUNT', index, low, high)
  totals[#totals + 1] = total
  local from, to = first, first + total - 1
  if after_score ~= '' then
    if reverse then
      to = math.min(to, rank(after_score, after_member, false) - 1)
    else
      from = math.max(from, rank(after_score, after_member, true))
    end
  end
  if reverse then from = math.max(from, to - count + 1) else to = math.min(to, from + count - 1) end
  if from > to then
    -- Nothing in this range.
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
