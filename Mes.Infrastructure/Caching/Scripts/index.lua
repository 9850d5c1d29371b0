-- What the scripts on indexes have in common; put in front of each. An index is a sorted set of orders. Members with a score
-- below zero are no orders: 'whole' (the sentinel), and the marks of those who build it.

-- The index's stamp: the sentinel's score, which every put that writes into the index changes. It never repeats: whoever builds an
-- index draws the first one at random. nil where the index has not every order that belongs: a flushed, evicted or half-built one
-- has no sentinel (bug class 13). Nor is a score one that no builder gives: beyond 2^53 a put could not change it.
local function stamp(index)
  local score = redis.pcall('ZSCORE', index, 'whole')
  local number = type(score) == 'string' and tonumber(score)
  return number and number < 0 and number > -9007199254740992 and score or nil
end
