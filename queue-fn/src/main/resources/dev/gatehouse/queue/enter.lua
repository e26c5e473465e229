-- Enters with a called ticket. ARGV[4] is empty, or the end in us of a session that is known to live.
recover(q)
place(q)
summon(q)
local ends = tonumber(q.own)
if ends or q.call('ZSCORE', q.CALLED, q.subject) then
  q.waiting = q.waiting - q.call('ZREM', q.WAITING, q.subject)
  q.called = q.called - q.call('ZREM', q.CALLED, q.subject)
  q.call('ZREM', q.SEEN, q.subject)
  q.active = q.active + q.call('ZADD', q.ACTIVE, ends or q.now + q.session, q.subject)
  q.begun = q.begun or q.active == 1
  if q.seat == 0 then
    q.call('HSET', q.PLACES, q.subject, q.ticket)
    q.seat = q.ticket
  end
  spend(q, q.subject)
end
return standing(q)
