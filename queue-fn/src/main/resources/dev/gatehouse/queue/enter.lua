-- Enters with a called ticket. ARGV[16] is empty, or the end in us of a session that is known to live.
recover()
local left = sweep()
place()
summon(left)
local ends = tonumber(own)
if ends or call('ZSCORE', CALLED, subject) then
  local empty = active == 0
  waiting = waiting - call('ZREM', WAITING, subject)
  called = called - call('ZREM', CALLED, subject)
  call('ZREM', SEEN, subject)
  active = active + call('ZADD', ACTIVE, int(ends or now + session), subject)
  if empty then
    keep(ACTIVE)
  end
  local sequence = tonumber(call('HGET', PLACES, subject) or 0)
  if sequence == 0 then
    sequence = ticket
    call('HSET', PLACES, subject, int(ticket))
    keep(PLACES)
  end
  spend(subject, sequence)
end
return standing()
