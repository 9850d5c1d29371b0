-- The proof of stored bytes that decide something: the first eight digits of their SHA-1. Corrupted bytes then decide
-- nothing (bug class 35). It protects against accidents, not against an attacker.
local function proof(text) return string.sub(redis.sha1hex(text), 1, 8) end
