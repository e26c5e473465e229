-- Decides all limits of one hash slot together, all or nothing, by the server's own clock.
--
-- KEYS[i]  the state of limit i
-- ARGV     two per limit: seven doubles, packed, and the ms after which an untouched state means
--          nothing any more. The seven are cost (negative: given back; 0: only looked at), 1 if the limit
--          refuses or 0 if it is a shadow, d, and four of its algorithm, of a
--            token bucket (d > 0):    span of the cost and capacity, each as whole us and d-ths of one
--            sliding window (d = 0):  length in ms, requests, the ms since the window's begin at which
--                                     a cost that is given back was taken, 0
-- Returns  1 if admitted else 0; now in us; then for each limit 1 if it passes else 0, and its state as
--          it stands now, or nil
--
-- A token bucket's state is its theoretical arrival time (GCRA, ITU-T I.371), us and d-ths: two
-- doubles. A sliding window's is its index and the previous and current count: three. An override
-- (administer.lua) stands behind them: the ms of its end, and what counts instead: a bucket's us, the
-- tokens that they refill and its capacity in tokens; a window's requests. Every number stays below
-- 2^53, where doubles are exact. A clock that went back finds arrival times and windows in its future
-- and adds nothing to them. Whatever else a key holds counts as nothing. StoredState.java reads all of
-- this likewise.
local keys, argv, call, floor, min, max = KEYS, ARGV, redis.call, math.floor, math.min, math.max
local unpack_state, pack = struct.unpack, struct.pack
local clock = call('TIME')
local now = clock[1] * 1000000 + clock[2]
local millis = floor(now / 1000)
local number = #keys
local held = call('MGET', unpack(keys))
local reply = number == 1 and {1, now, 0, 0} or {1, now, 0, 0, 0, 0, 0, 0} -- as long as most are
local lasting = nil -- how long states with an override stay

for i = 1, number do
  local cost, refuses, d, a1, a2, a3, a4 = unpack_state('<ddddddd', argv[2 * i - 1])
  local value, passes, state, ends = held[i], nil, nil, nil
  local size = value and #value
  if d > 0 then
    local span, rest, whole, part = a1, a2, a3, a4
    local at, over
    if size == 16 then
      at, over = unpack_state('<dd', value)
    elseif size == 48 then
      local per, tokens, burst
      at, over, ends, per, tokens, burst = unpack_state('<dddddd', value)
      if ends > millis then
        d, span, whole = tokens, floor(cost * per / tokens), floor(burst * per / tokens)
        rest, part = cost * per - span * tokens, burst * per - whole * tokens
      else -- what it left behind empties the bucket at most
        at, over, ends = min(at + 1, now + whole), 0, nil
      end
    end
    if not at or at < now then
      at, over = now, 0
    elseif over >= d then -- written when the rate was another
      at, over = at + 1, 0
    end
    at, over = at + span, over + rest
    if over >= d then
      at, over = at + 1, over - d
    end
    local excess = at - now - whole
    passes = cost < 0 or excess < 0 or (excess == 0 and over <= part)
    if passes and cost ~= 0 then
      state = pack('<dd', at, over)
    end
  else
    local length, requests, taken = a1, a2, a3
    local index, previous, count = floor(millis / length), 0, 0
    local window
    if size == 24 then
      window, previous, count = unpack_state('<ddd', value)
    elseif size == 40 then
      local instead
      window, previous, count, ends, instead = unpack_state('<ddddd', value)
      if ends > millis then
        requests = instead
      else
        ends = nil
      end
    end
    if not window or index > window + 1 then
      previous, count = 0, 0
    elseif index == window + 1 then
      previous, count = count, 0
    else
      index = window
    end
    local elapsed = max(0, millis - index * length)
    passes = cost < 0 or previous * (length - elapsed) + (count + cost) * length <= requests * length
    if passes and cost ~= 0 then
      if cost < 0 and elapsed < taken then -- the window it was taken in has passed
        previous = max(0, previous + cost)
      else
        count = max(0, count + cost)
      end
      state = pack('<ddd', index, previous, count)
    end
  end
  if ends and state then
    state = state .. string.sub(value, #state + 1)
    lasting = lasting or {}
    lasting[i] = string.format('%.0f', argv[2 * i] + ends - millis)
  end
  reply[2 * i + 1], reply[2 * i + 2] = passes and 1 or 0, state or value
  if refuses == 1 and not passes then
    reply[1] = 0
  end
end

for i = 1, number do
  local value, state = held[i], reply[2 * i + 2]
  if reply[1] == 0 then
    reply[2 * i + 2] = value
  elseif state ~= value then
    call('SET', keys[i], state, 'PX', lasting and lasting[i] or argv[2 * i])
  end
end
for i = 2 * number + 3, #reply do
  reply[i] = nil
end
return reply
