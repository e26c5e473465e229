-------------------------------- MODULE Queue --------------------------------
(***************************************************************************)
(* Entry through a virtual queue as it is shipped (docs/queue.md, classes  *)
(* dev.gatehouse.queue.Desk and DynamoAdmissions): one holder, who joins,  *)
(* asks, enters from several devices at once, leaves the line and comes    *)
(* back. Redis holds the place; it may lose everything, or fall back to an *)
(* older copy of itself (a failover to a replica that lags), at any time.  *)
(* DynamoDB holds one record of the holder's last admission and loses      *)
(* nothing. Between "Redis lets in" and "the record decides" anything may  *)
(* happen. Time is that a session may end at any moment.                   *)
(* The switches are TRUE as shipped; a mutant turns one off.               *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets

CONSTANTS
  Devices,        \* of the holder
  Tickets,        \* how many the holder gets at most
  Losses,         \* how often Redis loses something at most
  Recorded,       \* the record decides, not Redis
  EndChecked,     \* no second entry while a session lives
  TicketChecked,  \* no second entry with the same ticket or an earlier one
  BeginChecked    \* no second entry with a ticket from before the last entry's begin

VARIABLES
  redis,     \* the place as Redis has it
  copy,      \* the replica that lags
  issued,    \* how many tickets the holder has; a later ticket is a greater number
  record,    \* in DynamoDB: the last admission
  let,       \* devices that Redis has let in and the record has not decided about
  granted,   \* all admissions: ticket, session, and the tickets there were at its begin
  live,      \* the sessions that live
  lost       \* how often Redis has lost something

vars == <<redis, copy, issued, record, let, granted, live, lost>>

Empty == [place |-> 0, stage |-> "none", spent |-> 0]
Out == [ticket |-> 0, new |-> FALSE, begin |-> 0]

Init ==
  /\ redis = Empty
  /\ copy = Empty
  /\ issued = 0
  /\ record = [ticket |-> 0, session |-> 0, begin |-> 0]
  /\ let = [d \in Devices |-> Out]
  /\ granted = {}
  /\ live = {}
  /\ lost = 0

(* A new place, where there is none; sequences grow whatever Redis forgot. *)
Join ==
  /\ redis.place = 0
  /\ issued < Tickets
  /\ issued' = issued + 1
  /\ redis' = [redis EXCEPT !.place = issued + 1, !.stage = "waiting"]
  /\ UNCHANGED <<copy, record, let, granted, live, lost>>

(* Any ticket that is not spent takes its place up again. *)
Look(t) ==
  /\ t > redis.spent
  /\ redis.place = 0 \/ (redis.stage = "waiting" /\ redis.place > t)
  /\ redis' = [redis EXCEPT !.place = t, !.stage = "waiting"]
  /\ UNCHANGED <<copy, issued, record, let, granted, live, lost>>

Call ==
  /\ redis.stage = "waiting"
  /\ redis' = [redis EXCEPT !.stage = "called"]
  /\ UNCHANGED <<copy, issued, record, let, granted, live, lost>>

(* Unseen for too long; or left, or missed the claim: then it is spent, with all that there are. *)
Drop(spent) ==
  /\ redis.stage \in {"waiting", "called"}
  /\ redis' = [place |-> 0, stage |-> "none",
               spent |-> IF spent THEN issued ELSE redis.spent]
  /\ UNCHANGED <<copy, issued, record, let, granted, live, lost>>

(* enter.lua *)
LetIn(d) ==
  /\ let[d] = Out
  /\ redis.stage \in {"called", "active"}
  /\ let' = [let EXCEPT ![d] = [ticket |-> redis.place, new |-> redis.stage = "called",
                                begin |-> issued]]
  /\ redis' = [redis EXCEPT !.stage = "active", !.spent = issued]
  /\ UNCHANGED <<copy, issued, record, granted, live, lost>>

(* One conditional write. *)
Free(t) ==
  \/ record.ticket = 0
  \/ /\ EndChecked => record.session \notin live
     /\ TicketChecked => record.ticket < t
     /\ BeginChecked => record.begin < t

Decide(d) ==
  /\ let[d] # Out
  /\ let' = [let EXCEPT ![d] = Out]
  /\ IF (Recorded /\ Free(let[d].ticket)) \/ (~Recorded /\ let[d].new)
     THEN LET session == Cardinality(granted) + 1 IN
          /\ granted' = granted \cup {<<let[d].ticket, session, let[d].begin>>}
          /\ live' = live \cup {session}
          /\ record' = [ticket |-> let[d].ticket, session |-> session, begin |-> let[d].begin]
     ELSE UNCHANGED <<granted, live, record>>
  /\ UNCHANGED <<redis, copy, issued, lost>>

SessionEnds(s) ==
  /\ live' = live \ {s}
  /\ UNCHANGED <<redis, copy, issued, record, let, granted, lost>>

(* The slot comes back: the session's end as Redis has it, or a release. *)
SlotEnds ==
  /\ redis.stage = "active"
  /\ redis' = [redis EXCEPT !.place = 0, !.stage = "none"]
  /\ UNCHANGED <<copy, issued, record, let, granted, live, lost>>

Replicate ==
  /\ copy' = redis
  /\ UNCHANGED <<redis, issued, record, let, granted, live, lost>>

Lose ==
  /\ lost < Losses
  /\ lost' = lost + 1
  /\ redis' \in {Empty, copy}
  /\ UNCHANGED <<copy, issued, record, let, granted, live>>

Next ==
  \/ Join \/ Call \/ SlotEnds \/ Replicate \/ Lose
  \/ \E t \in 1..issued : Look(t)
  \/ \E spent \in BOOLEAN : Drop(spent)
  \/ \E d \in Devices : LetIn(d) \/ Decide(d)
  \/ \E s \in live : SessionEnds(s)

Spec == Init /\ [][Next]_vars

(* Q6 *)
OncePerTicket == \A g, h \in granted : g[1] = h[1] => g = h
OneSessionAtATime == Cardinality(live) <= 1

(* Q8: nobody keeps early tickets in store for a second entry. *)
NoStore == \A g, h \in granted : g[2] < h[2] => g[3] < h[1]

(* Not vacuous: somebody enters, and after a loss enters again with another ticket. *)
NobodyEnters == granted = {}
NobodyEntersTwice == Cardinality(granted) < 2
=============================================================================
