-- Looks at a ticket's place, and takes it up again where it was dropped or lost.
recover(q)
place(q)
summon(q)
return standing(q)
