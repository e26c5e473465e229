-- What an operator does to the state of one limit; limits.lua says how it is written.
--
-- KEYS[1]  the state
-- ARGV     reset, override or restore; the length of a sliding window in ms, or 0 for a token bucket;
--          the ms after which an untouched state means nothing any more; and for override: the ms that
--          it lasts, and what counts instead (a bucket's us, tokens and capacity; a window's requests)
-- Returns  the ms since 1970 at which the override ends, 0 without one
--
-- reset     everything is left again; an override goes on.
-- override  counts otherwise for a while: a bucket begins full, a window keeps what it has counted.
-- restore   ends the override now.
local key, operation, length, keep = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local millis = math.floor(now / 1000)
local fresh = length > 0 and struct.pack('<ddd', math.floor(millis / length), 0, 0)
  or struct.pack('<dd', now, 0)
local base = #fresh
local value = redis.call('MGET', key)[1] or ''
local overridden = #value == base + (length > 0 and 16 or 32)
local state = (#value == base or overridden) and string.sub(value, 1, base) or fresh
local tail = overridden and string.sub(value, base + 1) or ''
local ends = overridden and struct.unpack('<d', tail) or 0

if operation == 'reset' then
  state = fresh
  tail = ends > millis and tail or ''
elseif operation == 'override' then
  ends = millis + tonumber(ARGV[4])
  if length > 0 then
    tail = struct.pack('<dd', ends, ARGV[5])
  else
    state = fresh
    tail = struct.pack('<dddd', ends, ARGV[5], ARGV[6], ARGV[7])
  end
elseif tail ~= '' then
  ends = millis
  tail = struct.pack('<d', ends) .. string.sub(tail, 9)
end
if tail == '' and (operation == 'reset' or value == '') then
  redis.call('DEL', key)
else
  keep = keep + math.max(0, ends - millis)
  redis.call('SET', key, state .. tail, 'PX', string.format('%.0f', keep))
end
return {ends > millis and ends or 0}
