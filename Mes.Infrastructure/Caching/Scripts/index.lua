-- Shared by the scripts that read or begin an index; CacheScripts puts it before each. An index is a sorted set of
-- orders. Members with a score below zero are not orders: 'whole' is the sentinel, the others are marks of builders.

-- The index's stamp, which is the sentinel's score. Every put that writes into the index changes it. It never repeats,
-- because a builder draws the first one at random. Returns nil for an index that may lack orders: one that was flushed,
-- evicted or only half built has no sentinel (bug class 13). A score that no builder gives is no stamp either: beyond
-- 2^53 a put could not change it.
local function stamp(index)
  local score = redis.pcall('ZSCORE', index, 'whole')
  local number = type(score) == 'string' and tonumber(score)
  return number and number < 0 and number > -9007199254740992 and score or nil
end
