-- Stores a customer's context, unless a newer one is there.
-- In:  KEYS[1] the customer's key; ARGV[1] the version, a whole number below 2^53; ARGV[2] the context as JSON, or nothing
--      when it is too large to be kept; ARGV[3] milliseconds until it is forgotten.
-- Out: 1 when it was stored, 0 when a newer one is there; the error of a Redis that refuses to write.
-- The value is `<version> <JSON>`: versions are compared without reading the JSON. Without JSON it is a miss to readers,
-- and still keeps older versions out.
-- Safe because a script runs alone: between the comparison and the write there is no other. It touches one key. What is
-- not of ours, of any type, has no version and is replaced. What cannot be replaced is forgotten, so that readers do not
-- meet the older one.
local head = redis.pcall('GETRANGE', KEYS[1], 0, 17)
local known = type(head) == 'string' and (string.match(head, '^(%d+) {') or string.match(head, '^(%d+) $'))
if known and tonumber(known) > tonumber(ARGV[1]) then
  return 0
end
local stored = redis.pcall('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[3])
if stored.err then
  redis.pcall('UNLINK', KEYS[1])
  return stored
end
return 1
