-- KEYS: entry, lease, then the stamps of the tags. Where a put cannot be written: absent is always safe.
for i = 1, #KEYS do redis.call('DEL', KEYS[i]) end
return 1
