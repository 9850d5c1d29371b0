-- KEYS: entry. ARGV: its bytes, in which no order of this layout can be read.
-- Only these bytes: somebody may have put the order since. A version in them may be one that no true put reaches.
if redis.pcall('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
