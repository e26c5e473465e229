-- Shows the line. ARGV[4] is empty, or how many heads are called at once, whatever the rate.
summon(q, tonumber(q.own))
return reply(q, 0, 0, -1, 0, 0)
