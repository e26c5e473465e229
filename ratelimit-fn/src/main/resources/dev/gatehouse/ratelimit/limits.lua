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
--          then for each limit that an operator overrides: its place from 1, the ms since 1970 at
--          which that ends, and what counts instead, of a
--            token bucket:    us, the tokens that they refill, capacity in tokens
--            sliding window:  0, 0, requests
--
-- A token bucket's state is its theoretical arrival time (GCRA, ITU-T I.371), us and d-ths: two
-- doubles. A sliding window's is its index and the previous and current count: three. An override
-- (administer.lua) stands behind them: the ms of its end and its three or one numbers. Every number
-- stays below 2^53, where doubles are exact. A clock that went back finds arrival times and windows in
-- its future and adds nothing to them. Whatever else a key holds counts as nothing.
local keys, argv, call, tonumber, floor = KEYS, ARGV, redis.call, tonumber, math.floor
local unpack_state, pack = struct.unpack, struct.pack
local clock = call('TIME')
local now = clock[1] * 1000000 + clock[2]
local held = call('MGET', unpack(keys))
local reply = {1}
local firsts, seconds, indexes = {}, {}, {} -- levels if all is admitted, and windows' indexes
local tails, ends, overridden -- overrides in force as they stand in the state, and their ends

for i = 1, #keys do
  local at, out = 8 * i - 8, 4 * i - 2
  local cost, d, value = tonumber(argv[at + 1]), tonumber(argv[at + 3]), held[i]
  local size = value and #value
  local passes, first, second, third
  if d > 0 then
    local span, rest, whole, part = argv[at + 4], argv[at + 5], argv[at + 6], argv[at + 7]
    if size == 16 then
      first, second = unpack_state('<dd', value)
    elseif size == 48 then
      local until_ms, per, tokens, burst
      first, second, until_ms, per, tokens, burst = unpack_state('<dddddd', value)
      if until_ms * 1000 > now then
        d, span, whole = tokens, floor(cost * per / tokens), floor(burst * per / tokens)
        rest, part = cost * per - span * tokens, burst * per - whole * tokens
        tails, ends, overridden = tails or {}, ends or {}, overridden or {}
        tails[i], ends[i] = string.sub(value, 17), until_ms
        overridden[#overridden + 1] = {i, until_ms, per, tokens, burst}
      else -- what it left behind empties the bucket at most
        first, second = math.min(first + 1, now + whole), 0
      end
    end
    if not first or first < now then
      first, second = now, 0
    elseif second >= d then -- written when the rate was another
      first, second = first + 1, 0
    end
    first, third = first - now, 0
    local spent, over_part = first + span, second + rest
    if over_part >= d then
      spent, over_part = spent + 1, over_part - d
    end
    local over = spent - whole
    passes = cost < 0 or over < 0 or (over == 0 and over_part <= tonumber(part))
    firsts[i], seconds[i] = spent, over_part
  else
    local length, requests = tonumber(argv[at + 4]), tonumber(argv[at + 5])
    local millis = floor(now / 1000)
    local index, window = floor(millis / length), nil
    if size == 24 then
      window, first, second = unpack_state('<ddd', value)
    elseif size == 40 then
      local until_ms, instead
      window, first, second, until_ms, instead = unpack_state('<ddddd', value)
      if until_ms * 1000 > now then
        requests = instead
        tails, ends, overridden = tails or {}, ends or {}, overridden or {}
        tails[i], ends[i] = string.sub(value, 25), until_ms
        overridden[#overridden + 1] = {i, until_ms, 0, 0, instead}
      end
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
      local first, second, index, keep = firsts[i], seconds[i], indexes[i], argv[at + 8]
      local state = index and pack('<ddd', index, first, second)
        or pack('<dd', now + first, second)
      if tails and tails[i] then
        state = state .. tails[i]
        keep = string.format('%.0f', keep + ends[i] - floor(now / 1000))
      end
      call('SET', keys[i], state, 'PX', keep)
      if first < 0 then -- given back to a bucket that has filled meanwhile
        first, second = 0, 0
      end
      reply[out + 1], reply[out + 2] = first, second
    end
  end
end
if overridden then
  for _, each in ipairs(overridden) do
    for _, number in ipairs(each) do
      reply[#reply + 1] = number
    end
  end
end
return reply
