-- Forgets all places. The line stays, born long ago: it was not lost, and nobody waits for tickets
-- from before.
q.call('UNLINK', q.PLACES, q.WAITING, q.SEEN, q.CALLED, q.ACTIVE, q.SPENT)
line.born, line.hold, q.dirty = 1, 0, true
q.waiting, q.called, q.active = 0, 0, 0
return reply(q, 0, 0, -1, 0, 0)
