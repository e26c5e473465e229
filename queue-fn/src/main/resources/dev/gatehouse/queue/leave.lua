-- Leaves. ARGV[4] is empty, or "active": only a slot inside is given back, not a place in the line.
-- A ticket that is spent does not give up the place of a later one.
q.seat = tonumber(q.call('HGET', q.PLACES, q.subject) or 0)
if q.seat <= q.ticket or q.ticket > spent(q) then
  local out = q.call('ZREM', q.ACTIVE, q.subject)
  q.active = q.active - out
  if q.own == '' then
    local waiting = q.call('ZREM', q.WAITING, q.subject)
    local called = q.call('ZREM', q.CALLED, q.subject)
    q.waiting, q.called, out = q.waiting - waiting, q.called - called, out + waiting + called
    q.call('ZREM', q.SEEN, q.subject)
  end
  if out > 0 then
    q.call('HDEL', q.PLACES, q.subject)
    q.gone = 1
  end
  if out > 0 or q.own == '' then
    spend(q, q.subject)
  end
end
summon(q)
return reply(q, 0, q.ticket, -1, 0, 0)
