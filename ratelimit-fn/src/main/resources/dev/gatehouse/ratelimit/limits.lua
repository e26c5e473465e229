-- Decides all limits of one hash slot together, all or nothing, by the server's own clock.
--
-- KEYS[i]  the state of limit i
-- ARGV     eight numbers per limit: cost (negative: given back; 0: only looked at),
--          1 if the limit refuses or 0 if it is a shadow, d, four of its algorithm, and the ms after
--          which an untouched state means nothing any more. The four are of a
--            token bucket (d > 0):    span of the cost and capacity, each as whole us and d-ths of one
--            sliding window (d = 0):  length in ms, requests, the ms since the window's begin at which
--                                     a cost that is given back was taken, 0
-- Returns  1 if admitted else 0; then for each limit 1 if it passes else 0, and its level, of a
--            token bucket:    backlog in us, its d-ths, 0
--            sliding window:  previous count, current count, ms since the window began
--
-- A token bucket's state is its theoretical arrival time (GCRA, ITU-T I.371), us and d-ths: two
-- doubles. A sliding window's is its index and the previous and current count: three. Every number
-- stays below 2^53, where doubles are exact. A clock that went back finds arrival times and windows in
-- its future and adds nothing to them. Whatever else a key holds counts as nothing.
local keys, argv, call, tonumber = KEYS, ARGV, redis.call, tonumber
local clock = call('TIME')
local now = clock[1] * 1000000 + clock[2]
local held = call('MGET', unpack(keys))
local reply = {1}
local firsts, seconds, indexes = {}, {}, {} -- levels if all is admitted, and windows' indexes

for i = 1, #keys do
  local at, out = 8 * i - 8, 4 * i - 2
  local cost, d, value = tonumber(argv[at + 1]), tonumber(argv[at + 3]), held[i]
  local passes, first, second, third
  if d > 0 then
    if value and #value == 16 then
      first, second = struct.unpack('<dd', value)
    end
    if not first or first < now then
      first, second = now, 0
    elseif second >= d then -- written when the rate was another
      first, second = first + 1, 0
    end
    first, third = first - now, 0
    local spent, part = first + argv[at + 4], second + argv[at + 5]
    if part >= d then
      spent, part = spent + 1, part - d
    end
    local over = spent - argv[at + 6]
    passes = cost < 0 or over < 0 or (over == 0 and part <= tonumber(argv[at + 7]))
    firsts[i], seconds[i] = spent, part
  else
    local length, requests = tonumber(argv[at + 4]), tonumber(argv[at + 5])
    local millis = math.floor(now / 1000)
    local index, window = math.floor(millis / length), nil
    if value and #value == 24 then
      window, first, second = struct.unpack('<ddd', value)
    end
    if not window or index > window + 1 then
      first, second = 0, 0
    elseif index == window + 1 then
      first, second = second, 0
    else
      index = window
    end
    third = math.max(0, millis - index * length)
    passes = cost < 0 or first * (length - third) + (second + cost) * length <= requests * length
    if cost < 0 and third < tonumber(argv[at + 6]) then -- the window it was taken in has passed
      firsts[i], seconds[i] = math.max(0, first + cost), second
    else
      firsts[i], seconds[i] = first, math.max(0, second + cost)
    end
    indexes[i] = index
  end
  if not passes and argv[at + 2] == '1' then
    reply[1] = 0
  end
  reply[out], reply[out + 1] = passes and 1 or 0, first
  reply[out + 2], reply[out + 3] = second, third
end

if reply[1] == 1 then
  for i = 1, #keys do
    local at, out = 8 * i - 8, 4 * i - 2
    if reply[out] == 1 and argv[at + 1] ~= '0' then
      local first, second, index = firsts[i], seconds[i], indexes[i]
      local state = index and struct.pack('<ddd', index, first, second)
        or struct.pack('<dd', now + first, second)
      call('SET', keys[i], state, 'PX', argv[at + 8])
      if first < 0 then -- given back to a bucket that has filled meanwhile
        first, second = 0, 0
      end
      reply[out + 1], reply[out + 2] = first, second
    end
  end
end
return reply
