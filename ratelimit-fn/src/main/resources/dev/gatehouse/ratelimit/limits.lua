-- Decides all limits of one hash slot together, all or nothing, by the server's own clock.
--
-- KEYS[i]  the state of limit i
-- ARGV     seven numbers per limit: cost (negative: given back; 0: only looked at),
--          1 if the limit refuses or 0 if it is a shadow, d, and then
--            token bucket (d > 0):    the cost's span and capacity, each as whole us and d-ths of one
--            sliding window (d = 0):  length in ms, requests, the ms at which a cost that is
--                                     given back was taken, 0
-- Returns  1 if admitted else 0; then for each limit 1 if it passes else 0, and its level:
--            token bucket:    backlog in us, its d-ths, 0
--            sliding window:  previous count, current count, ms since the window began
--
-- A token bucket is one number, the theoretical arrival time (GCRA, ITU-T I.371): us, or us/d-ths.
-- A sliding window is "w<index> <previous> <current>". Every number stays below 2^53, where Lua's
-- doubles are exact. A clock that went back finds arrival times and windows in its future and adds
-- nothing to them.
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local held = redis.call('MGET', unpack(KEYS))
local admitted = 1
local limits = {}

for i = 1, #KEYS do
  local at = 7 * (i - 1)
  local cost, d = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 3])
  local limit = {cost = cost}
  if d > 0 then
    local whole, part = string.match(held[i] or '', '^(%d+)/?(%d*)$')
    whole, part = tonumber(whole), tonumber(part) or 0
    if not whole or whole < now then
      whole, part = now, 0
    elseif part >= d then
      whole, part = whole + 1, 0
    end
    local spent, spent_part = whole + ARGV[at + 4], part + ARGV[at + 5]
    if spent_part >= d then
      spent, spent_part = spent + 1, spent_part - d
    end
    local over = spent - now - ARGV[at + 6]
    limit.passes = cost < 0 or over < 0 or (over == 0 and spent_part <= tonumber(ARGV[at + 7]))
    limit.level = {whole - now, part, 0}
    limit.spent = {spent - now, spent_part, 0}
    limit.ttl = math.floor((spent - now) / 1000) + 1000
    limit.idle = spent < now
    limit.value = spent_part == 0 and string.format('%.0f', spent)
      or string.format('%.0f/%.0f', spent, spent_part)
  else
    local length, requests = tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5])
    local millis = math.floor(now / 1000)
    local index = math.floor(millis / length)
    local window, previous, current = string.match(held[i] or '', '^w(%d+) (%d+) (%d+)$')
    window, previous, current = tonumber(window), tonumber(previous), tonumber(current)
    if not window or index > window + 1 then
      previous, current = 0, 0
    elseif index == window + 1 then
      previous, current = current, 0
    else
      index = window
    end
    local elapsed = math.max(0, millis - index * length)
    limit.passes = cost < 0
      or previous * (length - elapsed) + (current + cost) * length <= requests * length
    limit.level = {previous, current, elapsed}
    if cost < 0 and elapsed < tonumber(ARGV[at + 6]) then
      previous = math.max(0, previous + cost)
    else
      current = math.max(0, current + cost)
    end
    limit.spent = {previous, current, elapsed}
    limit.ttl = 2 * length - elapsed + 1000
    limit.value = string.format('w%.0f %.0f %.0f', index, previous, current)
  end
  if not limit.passes and ARGV[at + 2] == '1' then
    admitted = 0
  end
  limits[i] = limit
end

local reply = {admitted}
for i = 1, #KEYS do
  local limit = limits[i]
  local level = limit.level
  if admitted == 1 and limit.passes and limit.cost ~= 0 then
    level = limit.spent
    if limit.idle then
      redis.call('DEL', KEYS[i])
    else
      redis.call('SET', KEYS[i], limit.value, 'PX', limit.ttl)
    end
  end
  reply[#reply + 1] = limit.passes and 1 or 0
  reply[#reply + 1] = level[1]
  reply[#reply + 1] = level[2]
  reply[#reply + 1] = level[3]
end
return reply
