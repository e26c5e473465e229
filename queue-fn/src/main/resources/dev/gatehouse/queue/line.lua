-- A line: the visitors of one event in the order of their sequence. Every operation's script begins
-- with this text: it reads the line, sweeps what has ended and calls the head of the line.
--
-- KEYS     of one hash tag:
--   LINE     the line's own memory, eighteen doubles, packed: last (sequence), born, tat and part (admission
--            bucket, GCRA: us and d-ths of one), the operator's terms version, state, n, d, burst and
--            capacity, hold, first, at, short, long, total, touched, swept
--   PLACES   hash: subject -> sequence of its one live place
--   WAITING  sorted set: subject by order (the sequence, shuffled for those before the opening)
--   SEEN     sorted set: subject by when its patience ends and the position that it was shown last
--   CALLED   sorted set: subject by the end of its claim, us
--   ACTIVE   sorted set: subject by the end of its session, us
--   SPENT    sorted set: subject by the highest sequence that can no longer be used: with an entry,
--            a leaving or a missed claim, all that it may have been given until then
-- ARGV     1 thirteen doubles, packed: now in us (0: the server's own TIME, as always outside tests);
--            version of the terms; state: 0 open, 1 paused, 2 closed, 3 draining; n, d: a call takes n/d us;
--            burst; capacity; grace, claim and session in us; pace: percent of the rate; opening in us or 0;
--            sequence of the subject's ticket or 0
--          2 seed of the shuffle or empty  3 subject or empty  4 the operation's own
-- Returns  stage (0 none, 1 waiting, 2 called, 3 active, 4 spent), sequence, position (-1: not told),
--          waiting, called, active, end of claim or session in us, polling pause in ms, state and version
--          in force, now, calls per second * 10^6 over the last 1 and 5 minutes, end of the hold, n, d and
--          capacity in force, calls ever, whether a slot or place was given up, calls of this operation,
--          places that it found expired
--
-- Work is bounded: at most 100 entries are swept or called by one operation, each in O(log n), and what
-- has ended is looked for once in a quarter of a second. Numbers stay below 2^53, where doubles are exact
-- and commands get all of their digits. What the functions share is in q: locals that
-- they captured would cost each call of the script a third of its time (measured: docs/capacity.md).
local given, call = {struct.unpack('<ddddddddddddd', ARGV[1])}, redis.call
local q = {
  call = call, now = given[1],
  LINE = KEYS[1], PLACES = KEYS[2], WAITING = KEYS[3], SEEN = KEYS[4], CALLED = KEYS[5], ACTIVE = KEYS[6],
  SPENT = KEYS[7],
  QUARTER = 250000, SPAN = 2097152, MINUTE = 60000000, DAY = 86400000000, -- 1/4 s, 2^21 positions
  EPOCH = 1704067200000000, HOLD = 45000000,                              -- 2024-01-01, 45 s
  version = given[2], state = given[3], n = given[4], d = given[5], burst = given[6], capacity = given[7],
  grace = given[8], claim = given[9], session = given[10], pace = given[11], opening = given[12],
  ticket = given[13], seed = ARGV[2], subject = ARGV[3], own = ARGV[4],
  waiting = call('ZCARD', KEYS[3]), called = call('ZCARD', KEYS[5]), active = call('ZCARD', KEYS[6]),
  memory = call('GET', KEYS[1]),
  seat = 0,      -- the subject's sequence
  new = false,   -- whether it has just taken its place
  left = 100,    -- how many more the operation may touch
  dirty = false, -- the line's memory has changed
  begun = false, -- a set has had its first member
  gone = 0, summoned = 0, expired = 0, line = false,
}
if q.now == 0 then
  local clock = call('TIME')
  q.now = clock[1] * 1000000 + clock[2]
end
local last, born, tat, part, version, state, n, d, burst, capacity, hold, first, at, short, long, total,
  touched, swept = 0, q.now, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
if q.memory then
  last, born, tat, part, version, state, n, d, burst, capacity, hold, first, at, short, long, total, touched,
    swept = struct.unpack('<dddddddddddddddddd', q.memory)
end
local line = {last = last, born = born, tat = tat, part = part, version = version, state = state, n = n,
  d = d, burst = burst, capacity = capacity, hold = hold, first = first, at = at, short = short, long = long,
  total = total, touched = touched, swept = swept}
q.line = line

if line.version > q.version then -- an operator has changed the terms since the caller read them
  q.version, q.state, q.capacity = line.version, line.state, line.capacity
  q.n, q.d, q.burst = line.n, line.d, line.burst
elseif q.version > line.version then
  line.version, line.state, line.capacity = q.version, q.state, q.capacity
  line.n, line.d, line.burst, q.dirty = q.n, q.d, q.burst, true
end
if q.pace < 100 then
  q.n, q.burst = q.n * 100 / math.max(1, q.pace), math.max(1, math.floor(q.burst * q.pace / 100))
end
if line.part >= q.d then -- written when the rate was another
  line.tat, line.part = line.tat + 1, 0
end
-- A bucket is never emptier than empty, though the clock went back or the rate is another.
line.tat = math.min(line.tat, q.now + math.floor(q.burst * q.n / q.d) + 1)

local function spend(q, member)
  q.call('ZADD', q.SPENT, 'GT', math.max(q.line.last, q.ticket), member)
  local last = q.now - q.DAY - q.MINUTE
  local old = q.opening + q.DAY < q.now and q.call('ZCOUNT', q.SPENT, '-inf', last) or 0
  if old > 0 then
    q.call('ZREMRANGEBYRANK', q.SPENT, 0, math.min(old, 2) - 1)
  end
  q.begun = q.begun or q.call('ZCARD', q.SPENT) == 1
end

local function spent(q)
  return tonumber(q.call('ZSCORE', q.SPENT, q.subject) or 0)
end

local function shown(q, member)
  local score = q.call('ZSCORE', q.SEEN, member)
  return score and tonumber(score) % q.SPAN or q.SPAN - 1
end

local function see(q, ends, position)
  local quarters = math.floor((ends - q.EPOCH + q.QUARTER - 1) / q.QUARTER)
  q.call('ZADD', q.SEEN, quarters * q.SPAN + position, q.subject)
end

local function order(q, sequence)
  if q.seed ~= '' and sequence < q.opening then
    local digest = redis.sha1hex(q.seed .. string.format('%.0f', sequence))
    return q.opening - 1099511627776 + tonumber(string.sub(digest, 1, 10), 16) -- 2^40
  end
  return sequence
end

-- Sweeps what has ended.
local function sweep(q, quarter)
  local function ended(set, last)
    return q.left > 0 and q.call('ZRANGEBYSCORE', set, '-inf', last, 'LIMIT', 0, q.left) or {}
  end
  local function drop(members)
    q.waiting = q.waiting - q.call('ZREM', q.WAITING, unpack(members))
    q.called = q.called - q.call('ZREM', q.CALLED, unpack(members))
    q.call('ZREM', q.SEEN, unpack(members))
    q.call('HDEL', q.PLACES, unpack(members))
    q.expired, q.left = q.expired + #members, q.left - #members
  end
  local late = ended(q.SEEN, quarter * q.SPAN - 1)
  if #late > 0 then
    drop(late)
  end
  local missed = ended(q.CALLED, q.now)
  for _, member in ipairs(missed) do
    if shown(q, member) == 0 then -- it knew that it was called
      spend(q, member)
    end
  end
  if #missed > 0 then
    drop(missed)
  end
  local over = ended(q.ACTIVE, q.now)
  if #over > 0 then
    q.active = q.active - q.call('ZREM', q.ACTIVE, unpack(over))
    q.call('HDEL', q.PLACES, unpack(over))
    q.left = q.left - #over
  end
  if q.left > 0 and q.memory then
    q.line.swept, q.dirty = quarter, true
  end
end

local quarter = math.floor((q.now - q.EPOCH) / q.QUARTER)
if quarter ~= line.swept then
  sweep(q, quarter)
end

-- Calls the head of the line: as many as bucket, capacity and state allow, or this many at once.
local function summon(q, extra)
  local line, now = q.line, q.now
  local number = math.min(q.left, q.waiting, q.capacity - q.called - q.active)
  if number < 1 or q.state == 1 or q.state == 2 or now < q.opening or now < line.hold then
    return
  end
  local back, rest = math.max(0, line.tat - now), line.tat > now and line.part or 0
  local bucket = q.pace > 0 and math.floor((q.burst * q.n - back * q.d - rest) / q.n) or 0
  number = math.min(number, extra or bucket)
  if number < 1 then
    return
  end
  local heads, entries = q.call('ZRANGE', q.WAITING, 0, number - 1), {}
  for i, member in ipairs(heads) do
    entries[2 * i - 1], entries[2 * i] = now + q.claim, member
  end
  q.call('ZREM', q.WAITING, unpack(heads))
  q.call('ZADD', q.CALLED, unpack(entries))
  q.waiting, q.called, q.summoned = q.waiting - #heads, q.called + #heads, #heads
  line.total = line.total + #heads
  line.short = line.short * math.exp((line.at - now) / q.MINUTE) + #heads
  line.long = line.long * math.exp((line.at - now) / (5 * q.MINUTE)) + #heads
  line.at = now
  line.first = line.first == 0 and now or line.first
  if not extra then
    local taken = rest + #heads * q.n
    line.tat, line.part = math.max(line.tat, now) + math.floor(taken / q.d), taken % q.d
  end
  q.dirty, q.begun = true, q.begun or q.called == #heads
end

local function insert(q, sequence)
  q.call('ZADD', q.WAITING, order(q, sequence), q.subject)
  q.call('HSET', q.PLACES, q.subject, sequence)
  q.begun = q.begun or q.waiting == 0
  q.waiting, q.seat, q.new = q.waiting + 1, sequence, true
  if sequence > q.line.last then
    q.line.last, q.dirty = sequence, true
  end
end

-- A ticket's place: where it is, or back where it was.
local function place(q)
  q.seat = tonumber(q.call('HGET', q.PLACES, q.subject) or 0)
  if (q.seat > 0 and q.seat <= q.ticket) or q.ticket <= spent(q) then
    return
  end
  if q.seat == 0 then
    insert(q, q.ticket)
  else -- the same subject's earlier ticket; inside, it would be spent
    q.call('ZADD', q.WAITING, 'XX', order(q, q.ticket), q.subject)
    q.call('HSET', q.PLACES, q.subject, q.ticket)
    q.seat = q.ticket
  end
end

-- Tickets from before the line's birth tell that Redis has lost it: nobody is called until all who
-- still wait have had the time to come back.
local function recover(q)
  local line = q.line
  if q.ticket < line.born and q.now < line.born + q.HOLD and line.hold == 0 then
    line.hold, q.dirty = line.born + math.max(q.HOLD, q.grace), true
  end
end

-- Keeps what has changed for as long as a ticket of the line may live. A line begins with its first
-- place: a look at the board of a made-up event leaves nothing.
local function write(q)
  local due = q.begun or (q.memory and q.now - q.line.touched > q.MINUTE)
  if due or q.dirty then
    local ttl = math.floor((q.DAY + 3600000000 + math.max(0, q.opening - q.now)) / 1000)
    for i = 2, due and #KEYS or 1 do
      q.call('PEXPIRE', KEYS[i], ttl)
    end
    q.line.touched = due and q.now or q.line.touched
    local line = q.line
    q.call('SET', q.LINE, struct.pack('<dddddddddddddddddd', line.last, line.born, line.tat, line.part,
      line.version, line.state, line.n, line.d, line.burst, line.capacity, line.hold, line.first, line.at,
      line.short, line.long, line.total, line.touched, line.swept), 'PX', ttl)
  end
end

-- Calls a second, from a count that fades within the window.
local function rate(q, count, window)
  local line = q.line
  if line.first == 0 or q.now - line.first < 1000000 then
    return 0
  end
  local share = 1 - math.exp((line.first - q.now) / window)
  return math.floor(count * math.exp((line.at - q.now) / window) / (window * share) * 1e12)
end

local function reply(q, stage, sequence, position, ends, pause)
  write(q)
  local line = q.line
  return {stage, sequence, position, q.waiting, q.called, q.active, ends, pause, q.state, q.version,
    q.now, rate(q, line.short, q.MINUTE), rate(q, line.long, 5 * q.MINUTE), line.hold, q.n, q.d,
    q.capacity, line.total, q.gone, q.summoned, q.expired}
end

-- The subject's own standing, which it has seen by this.
local function standing(q)
  local rank = q.call('ZRANK', q.WAITING, q.subject)
  if not rank then
    local ends = q.call('ZSCORE', q.CALLED, q.subject)
    if ends then
      see(q, q.now + q.grace, 0)
      return reply(q, 2, q.seat, 0, tonumber(ends), 2000)
    end
    ends = q.call('ZSCORE', q.ACTIVE, q.subject)
    if ends then
      return reply(q, 3, q.seat, 0, tonumber(ends), 10000)
    end
    return reply(q, 4, q.ticket, -1, 0, 30000)
  end
  local secret = (q.seed ~= '' and q.now < q.opening) or q.now < q.line.hold
  local position = rank + 1
  local ahead = secret and q.waiting / 2 or position
  local pause = math.min(30000,
    math.max(1000, math.floor((math.max(0, q.opening - q.now) + ahead * q.n / q.d) / 8000)))
  if not secret then
    position = math.min(position, q.new and q.SPAN - 1 or shown(q, q.subject))
  end
  see(q, q.now + math.max(q.grace, 1500 * pause), secret and q.SPAN - 1 or position)
  return reply(q, 1, q.seat, secret and -1 or position, 0, pause)
end
