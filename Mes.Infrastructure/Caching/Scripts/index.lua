-- What the scripts on indexes have in common; put in front of each. An index is a sorted set of orders. Members with a score
-- below zero are no orders: 'whole' (the sentinel), and the marks of those who build it.

-- Whether the index has every order that belongs. A flushed, evicted or half-built one has not (bug class 13).
local function whole(index)
  return type(redis.pcall('ZSCORE', index, 'whole')) == 'string'
end
