-- A line: the visitors of one event in the order of their sequence. Every operation's script begins
-- with this text: it reads the line, sweeps what has ended and calls the head of the line.
--
-- KEYS     of one hash tag:
--   LINE     hash: last (sequence), born, tat and part (admission bucket, GCRA: us and d-ths of one),
--            the operator's terms v s n d b c, hold, first, at, short, long, total, touched
--   PLACES   hash: subject -> sequence of its one live place
--   WAITING  sorted set: subject by order (the sequence, shuffled for those before the opening)
--   SEEN     sorted set: subject by when its patience ends and the position that it was shown last
--   CALLED   sorted set: subject by the end of its claim, us
--   ACTIVE   sorted set: subject by the end of its session, us
--   SPENT    sorted set: subject by the highest sequence that has entered, left or missed its claim
-- ARGV     1 now in us (empty: the server's own TIME, as always outside tests)
--          2 version of the terms  3 state: 0 open, 1 paused, 2 closed, 3 draining
--          4 n, 5 d: a call takes n/d us  6 burst  7 capacity
--          8 grace, 9 claim, 10 session in us  11 pace: percent of the rate
--          12 opening in us or 0  13 seed of the shuffle or empty
--          14 subject or empty  15 sequence of its ticket or 0  16 the operation's own
-- Returns  stage (0 none, 1 waiting, 2 called, 3 active, 4 spent), sequence, position (-1: not told),
--          waiting, called, active, end of claim or session in us, polling pause in ms, state and version
--          in force, now, calls per second * 10^6 over the last 1 and 5 minutes, end of the hold, n, d and
--          capacity in force, calls ever, whether a slot or place was given up
--
-- Work is bounded: at most 100 entries are swept or called by one operation, each in O(log n). Numbers
-- stay below 2^53, where doubles are exact.
local LINE, PLACES, WAITING, SEEN, CALLED, ACTIVE, SPENT = unpack(KEYS)
local call, floor, max, min, exp = redis.call, math.floor, math.max, math.min, math.exp
local BUDGET = 100
local EPOCH, QUARTER, SPAN = 1704067200000000, 250000, 2097152 -- 2024-01-01, 1/4 s, 2^21 positions
local UNSHOWN = SPAN - 1
local MINUTE, LIFETIME, HOLD = 60000000, 86400000000, 45000000
local SHUFFLE_SPAN = 1099511627776 -- 2^40

local now = tonumber(ARGV[1])
if not now then
  local clock = call('TIME')
  now = clock[1] * 1000000 + clock[2]
end
local version, state = tonumber(ARGV[2]), tonumber(ARGV[3])
local n, d, burst, capacity = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local grace, claim, session = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local pace, opening, seed = tonumber(ARGV[11]), tonumber(ARGV[12]), ARGV[13]
local subject, ticket, own = ARGV[14], tonumber(ARGV[15]), ARGV[16]

local held = call('HMGET', LINE, 'last', 'born', 'tat', 'part', 'v', 's', 'n', 'd', 'b', 'c', 'hold',
  'first', 'at', 'short', 'long', 'total', 'touched')
local last, born = tonumber(held[1] or 0), tonumber(held[2] or now)
local tat, part = tonumber(held[3] or 0), tonumber(held[4] or 0)
local known, hold = tonumber(held[5] or 0), tonumber(held[11] or 0)
local first, at = tonumber(held[12] or 0), tonumber(held[13] or 0)
local short, long, total = tonumber(held[14] or 0), tonumber(held[15] or 0), tonumber(held[16] or 0)
local waiting, called, active = call('ZCARD', WAITING), call('ZCARD', CALLED), call('ZCARD', ACTIVE)
local gone = 0

local function int(number)
  return string.format('%.0f', number)
end

if not held[2] then
  call('HSET', LINE, 'born', int(now))
end
if known > version then -- an operator has changed the terms since the caller read them
  version, state = known, tonumber(held[6])
  n, d, burst, capacity = tonumber(held[7]), tonumber(held[8]), tonumber(held[9]), tonumber(held[10])
elseif version > known then
  call('HSET', LINE, 'v', int(version), 's', int(state), 'n', int(n), 'd', int(d), 'b', int(burst),
    'c', int(capacity))
end
if pace < 100 then
  n, burst = n * 100 / max(1, pace), max(1, floor(burst * pace / 100))
end
if part >= d then -- written when the rate was another
  tat, part = tat + 1, 0
end

local ttl = floor((LIFETIME + 3600000000 + max(0, opening - now)) / 1000)
local function keep(key)
  call('PEXPIRE', key, int(ttl))
end

local function spend(member, sequence)
  if sequence > tonumber(call('ZSCORE', SPENT, member) or 0) then
    call('ZADD', SPENT, int(sequence), member)
    keep(SPENT)
  end
end

local function see(member, ends, shown)
  local empty = waiting + called <= 1
  local score = (floor((ends - EPOCH + QUARTER - 1) / QUARTER)) * SPAN + shown
  call('ZADD', SEEN, int(score), member)
  if empty then
    keep(SEEN)
  end
end

local function shown(member)
  local score = call('ZSCORE', SEEN, member)
  return score and tonumber(score) % SPAN or UNSHOWN
end

local function order(sequence)
  if seed ~= '' and sequence < opening then
    return opening - SHUFFLE_SPAN + tonumber(string.sub(redis.sha1hex(seed .. int(sequence)), 1, 10), 16)
  end
  return sequence
end

local function sweep()
  local left = BUDGET
  local late = call('ZRANGEBYSCORE', SEEN, '-inf',
    '(' .. int(floor((now - EPOCH) / QUARTER) * SPAN), 'LIMIT', 0, left)
  if #late > 0 then
    waiting = waiting - call('ZREM', WAITING, unpack(late))
    called = called - call('ZREM', CALLED, unpack(late))
    call('ZREM', SEEN, unpack(late))
    call('HDEL', PLACES, unpack(late))
    left = left - #late
  end
  local missed = left > 0 and called > 0
    and call('ZRANGEBYSCORE', CALLED, '-inf', int(now), 'LIMIT', 0, left) or {}
  if #missed > 0 then
    for _, member in ipairs(missed) do
      if shown(member) == 0 then -- it knew that it was called
        spend(member, tonumber(call('HGET', PLACES, member) or 0))
      end
    end
    called = called - call('ZREM', CALLED, unpack(missed))
    call('ZREM', SEEN, unpack(missed))
    call('HDEL', PLACES, unpack(missed))
    left = left - #missed
  end
  local over = left > 0 and active > 0
    and call('ZRANGEBYSCORE', ACTIVE, '-inf', int(now), 'LIMIT', 0, left) or {}
  if #over > 0 then
    active = active - call('ZREM', ACTIVE, unpack(over))
    call('HDEL', PLACES, unpack(over))
    left = left - #over
  end
  if now - tonumber(held[17] or 0) > MINUTE then
    local old = opening + LIFETIME < now
      and call('ZRANGEBYSCORE', SPENT, '-inf', int(now - LIFETIME - MINUTE), 'LIMIT', 0, BUDGET) or {}
    if #old > 0 then
      call('ZREM', SPENT, unpack(old))
    end
    call('HSET', LINE, 'touched', int(now))
    for _, key in ipairs(KEYS) do
      keep(key)
    end
  end
  return left
end

-- Calls the head of the line: as many as bucket, capacity and state allow, or this many at once.
local function summon(left, extra)
  local free = min(left, waiting, capacity - called - active)
  local number, back, rest = extra or 0, 0, 0
  if not extra and free > 0 then
    if tat > now then
      back, rest = tat - now, part
    end
    number = pace > 0 and max(0, floor((burst * n - back * d - rest) / n)) or 0
  end
  number = min(free, number)
  if number < 1 or state == 1 or state == 2 or now < opening or now < hold then
    return
  end
  local heads = call('ZRANGE', WAITING, 0, number - 1)
  local entries = {}
  for i, member in ipairs(heads) do
    entries[2 * i - 1], entries[2 * i] = int(now + claim), member
  end
  call('ZREM', WAITING, unpack(heads))
  call('ZADD', CALLED, unpack(entries))
  if called == 0 then
    keep(CALLED)
  end
  waiting, called, total = waiting - #heads, called + #heads, total + #heads
  short = short * exp((at - now) / MINUTE) + #heads
  long = long * exp((at - now) / (5 * MINUTE)) + #heads
  at = now
  if first == 0 then
    first = now
  end
  local base = max(tat, now)
  if not extra then
    local spent = rest + #heads * n
    tat, part = base + floor(spent / d), spent % d
  end
  call('HSET', LINE, 'tat', int(tat), 'part', int(part), 'first', int(first), 'at', int(at),
    'short', string.format('%.17g', short), 'long', string.format('%.17g', long), 'total', int(total))
end

local function insert(sequence)
  call('ZADD', WAITING, int(order(sequence)), subject)
  call('HSET', PLACES, subject, int(sequence))
  if waiting == 0 then
    keep(WAITING)
    if called + active == 0 then
      keep(PLACES)
    end
  end
  waiting = waiting + 1
  if sequence > last then
    last = sequence
    call('HSET', LINE, 'last', int(last))
  end
end

-- A ticket's place: where it is, or back where it was.
local function place()
  local spent = tonumber(call('ZSCORE', SPENT, subject) or 0)
  local seat = tonumber(call('HGET', PLACES, subject) or 0)
  if seat == 0 and ticket > spent then
    insert(ticket)
  elseif seat > ticket and ticket > spent and call('ZSCORE', WAITING, subject) then
    call('ZADD', WAITING, int(order(ticket)), subject) -- the same subject's earlier ticket
    call('HSET', PLACES, subject, int(ticket))
  end
end

-- Tickets from before the line's birth tell that Redis has lost it: nobody is called until all who
-- still wait have had the time to come back.
local function recover()
  if ticket > 0 and ticket < born and now < born + HOLD and hold == 0 then
    hold = born + max(HOLD, grace)
    call('HSET', LINE, 'hold', int(hold))
  end
end

local function rate(count, window)
  if first == 0 or now - first < 1000000 then
    return 0
  end
  return count * exp((at - now) / window) / (window * (1 - exp((first - now) / window))) * 1e12
end

local function reply(stage, sequence, position, ends, pause)
  return {stage, sequence, position, waiting, called, active, ends, pause, state, version, now,
    floor(rate(short, MINUTE)), floor(rate(long, 5 * MINUTE)), hold, n, d, capacity, total, gone}
end

-- The subject's own standing, which it has seen by this.
local function standing()
  local sequence = tonumber(call('HGET', PLACES, subject) or 0)
  local ends = call('ZSCORE', ACTIVE, subject)
  if ends then
    return reply(3, sequence, 0, tonumber(ends), 10000)
  end
  ends = call('ZSCORE', CALLED, subject)
  if ends then
    see(subject, now + grace, 0)
    return reply(2, sequence, 0, tonumber(ends), 2000)
  end
  local rank = call('ZRANK', WAITING, subject)
  if not rank then
    return reply(4, ticket, -1, 0, 30000)
  end
  local secret = (seed ~= '' and now < opening) or now < hold
  local position = rank + 1
  local ahead = secret and waiting / 2 or position
  local pause = min(30000, max(1000, floor((max(0, opening - now) + ahead * n / d) / 8000)))
  if not secret then
    position = min(position, shown(subject))
  end
  see(subject, now + max(grace, 1500 * pause), secret and UNSHOWN or position)
  return reply(1, sequence, secret and -1 or position, 0, pause)
end
