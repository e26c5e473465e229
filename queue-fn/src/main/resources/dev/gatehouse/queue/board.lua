-- Shows the line. ARGV[16] is empty, or how many heads are called at once, whatever the rate.
local left = sweep()
summon(left, tonumber(own))
return reply(0, 0, -1, 0, 0)
