-- Leaves. ARGV[16] is empty, or "active": only a slot inside is given back, not a place in the line.
local left = sweep()
local sequence = tonumber(call('HGET', PLACES, subject) or 0)
local stale = sequence > ticket and tonumber(call('ZSCORE', SPENT, subject) or 0) >= ticket
local out = stale and 0 or call('ZREM', ACTIVE, subject)
active = active - out
if own == '' and not stale then
  local away = call('ZREM', WAITING, subject)
  local missed = call('ZREM', CALLED, subject)
  waiting, called, out = waiting - away, called - missed, out + away + missed
  call('ZREM', SEEN, subject)
end
if out > 0 then
  call('HDEL', PLACES, subject)
  spend(subject, max(sequence, ticket))
  gone = 1
elseif own == '' and not stale then
  spend(subject, ticket)
end
summon(left)
return reply(0, ticket, -1, 0, 0)
