-- The calls of one service that are in flight, by the server's own clock.
--
-- KEYS[1]  sorted set of owners by the end of their leases, ms
-- KEYS[2]  hash of a limit that moves: n (the limit), d (when it last fell, ms)
-- ARGV     enter OWNER LEASE MOST LEAST [NOW] | leave OWNER FAILED MOST LEAST [NOW] | show MOST LEAST [NOW]
--          times in ms; FAILED 1 or 0
-- Returns  enter: 1 if the owner may call, else 0; then the number in flight and the limit
--          leave, show: 0, the number in flight, the limit
local flights, moving, op = KEYS[1], KEYS[2], ARGV[1]
local first = op == 'show' and 2 or 4
local most, least = tonumber(ARGV[first]), tonumber(ARGV[first + 1])
local now = tonumber(ARGV[first + 2])
if not now then
  local clock = redis.call('TIME')
  now = clock[1] * 1000 + math.floor(clock[2] / 1000)
end
local FELL = 1000 -- failures of calls that were in flight together count once
local FORGET = 3600000

local state = least < most and redis.call('HMGET', moving, 'n', 'd') or {}
local limit = math.max(least, math.min(most, tonumber(state[1]) or most))
redis.call('ZREMRANGEBYSCORE', flights, '-inf', now)
local flying = redis.call('ZCARD', flights)

if op == 'enter' then
  if flying >= math.floor(limit) then
    return {0, flying, math.floor(limit)}
  end
  local lease = tonumber(ARGV[3])
  redis.call('ZADD', flights, now + lease, ARGV[2])
  if redis.call('PTTL', flights) < lease then
    redis.call('PEXPIRE', flights, lease)
  end
  return {1, flying + 1, math.floor(limit)}
elseif op == 'leave' then
  local mine = redis.call('ZREM', flights, ARGV[2]) == 1
  if least < most and mine then
    if ARGV[3] == '1' then -- additive increase, multiplicative decrease
      if now - (tonumber(state[2]) or 0) >= FELL then
        limit = math.max(least, limit * 0.9)
        redis.call('HSET', moving, 'n', limit, 'd', now)
        redis.call('PEXPIRE', moving, FORGET)
      end
    elseif limit < most and flying * 2 >= limit then
      limit = math.min(most, limit + 1 / limit)
      redis.call('HSET', moving, 'n', limit)
      redis.call('PEXPIRE', moving, FORGET)
    end
  end
  flying = flying - (mine and 1 or 0)
end
return {0, flying, math.floor(limit)}
