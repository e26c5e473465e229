-- Joins: the subject's one live place, or a new one at the end of a line that takes new ones.
local left = sweep()
local has = call('HGET', PLACES, subject)
if not has and state < 2 then
  insert(max(last + 1, now))
end
summon(left)
if not has and state >= 2 then
  return reply(0, 0, -1, 0, 0)
end
return standing()
