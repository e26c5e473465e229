-- The circuit breaker of one service, by the server's own clock.
--
-- KEYS[1]  hash while it is not simply closed: u (open until, ms), k (successful probes), l (the
--          probe's lease until, ms), o (the probe's owner), h (1: open, 0: closed, by an operator's hand)
-- KEYS[2]  list of the last failures' times while it is closed, in ms, at most as many as open it
-- ARGV     look OWNER LEASE AGAIN | fail OWNER FAILURES WINDOW OPEN | succeed OWNER SUCCESSES | release OWNER
--          | hold open|closed | let | show WINDOW; times in ms
-- Returns  look: 0 closed, 1 the caller probes, 2 open; then the ms after which to ask again (while
--          another one probes at most AGAIN)
--          show: 0 closed, 1 half open, 2 open; those ms; failures within the window; 1 if held by hand
--          fail, succeed, release: 0 closed, 1 half open, 2 open; everything else 0
local circuit, failures, op, owner = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local FORGET = 3600000 -- an open circuit that nobody asks about any more

if op == 'hold' then
  redis.call('DEL', circuit, failures)
  redis.call('HSET', circuit, 'h', ARGV[2] == 'open' and 1 or 0)
  return {0, 0}
elseif op == 'let' then
  redis.call('DEL', circuit, failures)
  return {0, 0}
end

local held = redis.call('HMGET', circuit, 'u', 'k', 'l', 'o', 'h')
local openUntil, lease, hand = tonumber(held[1]), tonumber(held[3]) or 0, held[5]
local halfOpen = openUntil and now >= openUntil

if op == 'show' then
  local since, recent = now - tonumber(ARGV[2]), 0
  for _, at in ipairs(redis.call('LRANGE', failures, 0, -1)) do
    recent = recent + (tonumber(at) > since and 1 or 0)
  end
  if hand then
    return {hand == '1' and 2 or 0, 0, recent, 1}
  end
  local state = not openUntil and 0 or halfOpen and 1 or 2
  return {state, state == 2 and openUntil - now or 0, recent, 0}
end

if hand then
  return {hand == '1' and 2 or 0, 0}
end

if op == 'look' then
  if not openUntil then
    return {0, 0}
  elseif not halfOpen then
    return {2, openUntil - now}
  elseif lease > now then
    return {2, math.min(lease - now, tonumber(ARGV[4]))}
  end
  redis.call('HSET', circuit, 'l', now + tonumber(ARGV[3]), 'o', owner)
  return {1, 0}
end

local probing = halfOpen and held[4] == owner
if op == 'fail' then
  local open = tonumber(ARGV[5])
  if not openUntil then
    local most = tonumber(ARGV[3])
    redis.call('RPUSH', failures, now)
    redis.call('LTRIM', failures, -most, -1)
    redis.call('PEXPIRE', failures, ARGV[4])
    local first = tonumber(redis.call('LINDEX', failures, 0))
    if redis.call('LLEN', failures) < most or first <= now - tonumber(ARGV[4]) then
      return {0, 0}
    end
  elseif not probing then -- began before it opened, or lost its lease
    return {halfOpen and 1 or 2, math.max(0, openUntil - now)}
  end
  redis.call('DEL', failures)
  redis.call('HSET', circuit, 'u', now + open, 'k', 0, 'l', 0, 'o', '')
  redis.call('PEXPIRE', circuit, open + FORGET)
  return {2, open}
elseif probing and op == 'succeed' then
  local successes = tonumber(held[2]) + 1
  if successes >= tonumber(ARGV[3]) then
    redis.call('DEL', circuit)
    return {0, 0}
  end
  redis.call('HSET', circuit, 'k', successes, 'l', 0, 'o', '')
  return {1, 0}
elseif probing then
  redis.call('HSET', circuit, 'l', 0, 'o', '')
end
return {not openUntil and 0 or halfOpen and 1 or 2, 0}
