-- Decides all limits of one hash slot together, all or nothing, by the server's own clock.
--
-- KEYS[i]  the state of limit i
-- ARGV[1]  seven doubles per limit, packed: cost (negative: given back; 0: only looked at), 1 if the
--          limit refuses or 0 if it is a shadow, d, and four of its algorithm, of a
--            token bucket (d > 0):    span of the cost and capacity, each as whole us and d-ths of one
--            sliding window (d = 0):  length in ms, requests, the ms since the window's begin at which
--                                     a cost that is given back was taken, 0
-- ARGV[i+1] the ms after which an untouched state of limit i means nothing any more: of a window twice
--          its length, so that a state needs no new time while its window lasts
-- Returns  now in us, each limit's state as it stands now, or nil, and the numbers of the limits that do
--          not pass; admitted is who passes every limit that refuses
--
-- A token bucket's state is its theoretical arrival time (GCRA, ITU-T I.371), us and d-ths: two
-- doubles. A sliding window's is its index and the previous and current count: three. An override
-- (administer.lua) stands behind them: the ms of its end, and what counts instead: a bucket's us, the
-- tokens that they refill and its capacity in tokens; a window's requests. Every number stays below
-- 2^53, where doubles are exact. A clock that went back finds arrival times and windows in its future
-- and adds nothing to them. Whatever else a key holds counts as nothing. StoredState.java reads all of
-- this likewise.
local keys, argv, call = KEYS, ARGV, redis.call
local numbers = argv[1]
local unpack_state, pack = struct.unpack, struct.pack
local clock = call('TIME')
local now = clock[1] * 1000000 + clock[2]
local millis = (now - now % 1000) / 1000
local number = #keys
local held = call('MGET', unpack(keys))
local reply = number == 1 and {now, false} or {now, false, false, false} -- as long as most are
local admitted, last = true, number + 1

for i = 1, number do
  local cost, refuses, d, a1, a2, a3, a4 = unpack_state('<ddddddd', numbers, 56 * i - 55)
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
        d = tokens
        span, whole = math.floor(cost * per / tokens), math.floor(burst * per / tokens)
        rest, part = cost * per - span * tokens, burst * per - whole * tokens
      else -- what it left behind empties the bucket at most
        at, over, ends = math.min(at + 1, now + whole), 0, nil
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
    local index, previous, count = (millis - millis % length) / length, 0, 0
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
      argv[i + 1] = false
    end
    local elapsed = millis - index * length
    if elapsed < 0 then
      elapsed = 0
    end
    passes = cost < 0 or previous * (length - elapsed) + (count + cost) * length <= requests * length
    if passes and cost ~= 0 then
      if cost > 0 then
        count = count + cost
      elseif elapsed < taken then -- the window it was taken in has passed
        previous = math.max(0, previous + cost)
      else
        count = math.max(0, count + cost)
      end
      state = pack('<ddd', index, previous, count)
    end
  end
  if ends and state then
    state = state .. string.sub(value, #state + 1)
    argv[i + 1] = argv[i + 1] and string.format('%.0f', argv[i + 1] + ends - millis)
  end
  reply[i + 1] = state or value
  if not passes then
    last = last + 1
    reply[last] = i
    admitted = admitted and refuses == 0
  end
end

for i = 1, number do
  local value, state, lasting = held[i], reply[i + 1], argv[i + 1]
  if not admitted then
    reply[i + 1] = value
  elseif state == value then
    -- only looked at
  elseif lasting then
    call('PSETEX', keys[i], lasting, state)
  else
    call('SET', keys[i], state, 'KEEPTTL')
  end
end
for i = last + 1, #reply do
  reply[i] = nil
end
return reply
