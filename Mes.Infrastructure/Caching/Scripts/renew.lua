-- Renews tags. A missing stamp serves as well as a new one: the next reader makes one, which no stored answer has.
-- KEYS: the stamps of the tags.
-- Returns 1.
for i = 1, #KEYS do redis.call('DEL', KEYS[i]) end
return 1
