-- The calls of one service that are in flight, and how many may be, by the server's own clock.
--
-- KEYS[1]  sorted set of owners by the end of their leases, ms
-- KEYS[2]  hash of a limit that moves: n (the limit), s (successes since it rose), d (when it last
--          fell, ms), r (when answer times last let it rise, ms), p (until when no more than LEAST
--          may be, so that what is slow is measured without load, ms)
-- KEYS[3]  leave: list of the last answer times of calls of one kind, us
-- KEYS[4]  leave: hash of that kind: b (its answer time without load, us), w (when its window began,
--          ms), m (most in flight in the window), o (since when it is slow, ms)
-- ARGV     OP MOST LEAST TOLERANCE NOW, then by OP: enter OWNER LEASE | leave OWNER ENDED | show
--          TOLERANCE in percent, or empty: answer times do not count; NOW in ms, or empty: the
--          server's; LEASE in ms; ENDED: failed, ok, or how long the answer took, us
-- Returns  enter: 1 if the owner may call, else 0; then the number in flight and the limit
--          leave, show: 0, the number in flight, the limit
local flights, moving, op = KEYS[1], KEYS[2], ARGV[1]
local most, least, tolerance = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local now = tonumber(ARGV[5])
if not now then
  local clock = redis.call('TIME')
  now = clock[1] * 1000 + math.floor(clock[2] / 1000)
end
local SECOND = 1000 -- what was in flight together counts once
local REMEASURE, HOLD = 60000, 10000
local FORGET = 3600000
local ENOUGH, SAMPLES = 10, 100 -- in a window
local SLACK = 5000 -- us

local state = least < most and redis.call('HMGET', moving, 'n', 's', 'd', 'r', 'p') or {}
local limit = math.max(least, math.min(most, math.floor(tonumber(state[1]) or most)))
local fell, rose = tonumber(state[3]) or 0, tonumber(state[4]) or 0
local held = tonumber(state[5]) or 0
local allowed = now < held and least or limit
redis.call('ZREMRANGEBYSCORE', flights, '-inf', now)
local flying = redis.call('ZCARD', flights)

local function move(to, field, value)
  limit = math.max(least, math.min(most, to))
  redis.call('HSET', moving, 'n', limit, 's', 0, field, value)
  redis.call('PEXPIRE', moving, FORGET)
end

local function failed()
  if now - fell >= SECOND then
    move(math.floor(limit * 9 / 10), 'd', now)
  end
end

local function succeeded() -- additive increase
  if limit < most and flying * 2 > limit then
    local successes = (tonumber(state[2]) or 0) + 1
    if successes >= limit then
      move(limit + 1, 's', 0)
    else
      move(limit, 's', successes)
    end
  end
end

local function lowered(typical, tolerated, headroom)
  if now - fell >= SECOND then
    local lower = math.max(math.floor(limit / 2), math.floor(limit * tolerated / typical))
    move(lower + headroom, 'd', now)
  end
end

local function raised(headroom)
  if headroom > 0 and limit < most and now - math.max(fell, rose) >= SECOND then
    move(limit + headroom, 'r', now)
  end
end

local function median(times)
  for i = 1, #times do
    times[i] = tonumber(times[i])
  end
  table.sort(times)
  return times[math.ceil(#times / 2)]
end

local function answered(micros)
  local times, kind = KEYS[3], KEYS[4]
  local seen = redis.call('HMGET', kind, 'b', 'w', 'm', 'o')
  local baseline, began, peak = tonumber(seen[1]), tonumber(seen[2]), tonumber(seen[3]) or 0
  local count = redis.call('RPUSH', times, micros)
  if count == 1 then
    redis.call('PEXPIRE', times, FORGET)
  elseif count > SAMPLES then
    redis.call('LPOP', times)
  end
  if not began or flying > peak then
    began, peak = began or now, math.max(peak, flying)
    redis.call('HSET', kind, 'w', began, 'm', peak)
    redis.call('PEXPIRE', kind, FORGET)
  end
  if count < ENOUGH or now - began < SECOND then
    return
  end
  local typical = median(redis.call('LRANGE', times, 0, -1))
  redis.call('DEL', times)
  if not baseline or typical < baseline or peak <= least then
    baseline = typical
  end
  local tolerated = baseline + math.max(SLACK, math.floor(baseline * tolerance / 100))
  local headroom = peak * 2 >= limit and math.floor(math.sqrt(limit)) or 0
  local slow = tonumber(seen[4])
  if now < held then
    if slow and typical <= tolerated then
      redis.call('HSET', moving, 'p', now)
    end
  elseif typical <= tolerated then
    raised(headroom)
  elseif slow and now - math.max(slow, held) >= REMEASURE then
    move(limit, 'p', now + HOLD)
  else
    lowered(typical, tolerated, headroom)
  end
  slow = typical > tolerated and (slow or now) or ''
  redis.call('HSET', kind, 'b', baseline, 'w', now, 'm', 0, 'o', slow)
end

if op == 'enter' then
  if flying >= allowed then
    return {0, flying, allowed}
  end
  local lease = tonumber(ARGV[7])
  redis.call('ZADD', flights, now + lease, ARGV[6])
  if redis.call('PTTL', flights) < lease then
    redis.call('PEXPIRE', flights, lease)
  end
  return {1, flying + 1, allowed}
elseif op == 'leave' and redis.call('ZREM', flights, ARGV[6]) == 1 then
  local ended = ARGV[7]
  if least < most then
    if ended == 'failed' then
      failed()
    elseif not tolerance then
      succeeded()
    elseif ended ~= 'ok' then
      answered(tonumber(ended))
    end
  end
  flying = flying - 1
end
return {0, flying, allowed}
