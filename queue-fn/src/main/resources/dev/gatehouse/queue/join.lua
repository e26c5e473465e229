-- Joins: the subject's one live place, or a new one at the end of the line.
local left = sweep()
if not call('HGET', PLACES, subject) then
  insert(max(last + 1, now))
end
summon(left)
return standing()
