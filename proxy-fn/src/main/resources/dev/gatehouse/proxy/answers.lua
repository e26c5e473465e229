-- The kept answers of one resource, by the server's own clock. All keys are in one slot.
--
-- KEYS[1]  hash: n (the names of the fields that the newest answer varies by)
-- KEYS[2]  hash of a variant: t (stored at), f (fresh until), e (the answer), g (its generation), w (until
--          when callers do not wait for each other); times in ms
-- KEYS[3]  the lease of a variant: who is asking the service for it
-- ARGV     1 now in ms (empty: the server's own TIME, as always outside tests), then
--          look NAMES OWNER LEASE (0: without taking it) GENERATION (*: any)
--          | store NAMES OWNER FRESH RETAIN GENERATION ANSWER | release OWNER PASS DROP (1: the answer as well)
-- Returns  look: 0 fresh, 1 the caller asks the service, 2 another caller does, 3 nobody waits; then the ms
--          since it was stored, the answer and its generation, if there is one
--          4: the names are others; then 0 and the names
local resource, variant, lease = KEYS[1], KEYS[2], KEYS[3]
local now, op = tonumber(ARGV[1]), ARGV[2]
if not now then
  local clock = redis.call('TIME')
  now = clock[1] * 1000 + math.floor(clock[2] / 1000)
end

local function keepFor(key, millis)
  if redis.call('PTTL', key) < millis then
    redis.call('PEXPIRE', key, millis)
  end
end

if op == 'look' then
  local names = redis.call('HGET', resource, 'n')
  if names and names ~= ARGV[3] then
    return {4, 0, names}
  end
  local kept = redis.call('HMGET', variant, 't', 'f', 'e', 'w', 'g')
  local age, answer, generation = now - (tonumber(kept[1]) or now), kept[3], kept[5]
  if ARGV[6] ~= '*' and generation ~= ARGV[6] then
    answer = false
  end
  if answer and now < tonumber(kept[2]) then
    return {0, age, answer, generation}
  elseif ARGV[5] == '0' or kept[4] and now < tonumber(kept[4]) then
    return {3, age, answer, generation}
  elseif redis.call('SET', lease, ARGV[4], 'NX', 'PX', ARGV[5]) then
    return {1, age, answer, generation}
  end
  return {2, age, answer, generation}
end

local owner
if op == 'store' then
  owner = ARGV[4]
  redis.call('HSET', resource, 'n', ARGV[3])
  keepFor(resource, tonumber(ARGV[6]))
  redis.call('DEL', variant)
  redis.call('HSET', variant, 't', now, 'f', now + tonumber(ARGV[5]), 'g', ARGV[7], 'e', ARGV[8])
  redis.call('PEXPIRE', variant, ARGV[6])
else
  owner = ARGV[3]
  local pass = tonumber(ARGV[4])
  if ARGV[5] == '1' then
    redis.call('HDEL', variant, 't', 'f', 'e', 'g')
  end
  if pass > 0 then
    redis.call('HSET', variant, 'w', now + pass)
    keepFor(variant, pass)
  end
end
if redis.call('GET', lease) == owner then
  redis.call('DEL', lease)
end
return {0}
