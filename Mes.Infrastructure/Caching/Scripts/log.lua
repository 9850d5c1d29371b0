-- Shared by begin, put and drop; CacheScripts puts it before each. The change log of a cell names the orders that may
-- have changed lately, so that an instance knows which copies in its own memory still stand. A record has a fixed width,
-- and the client makes it (ChangeLog). From 64 records on, the last 32 are kept.

-- Appends a record, before the entry is written: a script that fails half-way is not rolled back. A value that is no
-- log is replaced by this record alone, which no instance has seen, so all copies go.
-- write: redis.call to fail where nothing can be written, redis.pcall to get the error as the result.
local function append_to_log(log, record, write)
  local length = redis.pcall('APPEND', log, record)
  if type(length) ~= 'number' or length % #record ~= 0 then return write('SET', log, record) end
  if length >= 64 * #record then
    return write('SET', log, redis.call('GETRANGE', log, -32 * #record, -1))
  end
  return length
end
