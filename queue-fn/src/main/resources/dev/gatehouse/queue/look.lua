-- Looks at a ticket's place, and takes it up again where it was dropped or lost.
recover()
local left = sweep()
place()
summon(left)
return standing()
