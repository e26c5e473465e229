-- Joins: the subject's one live place, or a new one at the end of a line that takes new ones.
q.seat = tonumber(q.call('HGET', q.PLACES, q.subject) or 0)
if q.seat == 0 and q.state < 2 then
  insert(q, math.max(q.line.last + 1, q.now))
end
summon(q)
if q.seat == 0 then
  return reply(q, 0, 0, -1, 0, 0)
end
return standing(q)
