------------------------------- MODULE Ledger -------------------------------
(***************************************************************************)
(* The idempotency ledger as it is shipped (docs/idempotency.md, class     *)
(* dev.gatehouse.idempotency.Ledger): one key, attempts W that begin at    *)
(* any time, crash at any time, and are overtaken by the end of their      *)
(* lease at any time; writes that arrive again, late (the SDK's retries);  *)
(* requests that reach the back end after their sender gave up.            *)
(*                                                                         *)
(* A life of the key is the time in which its record counts. Life l ends   *)
(* when the ttl has passed; the record stays in the table (deletion lags). *)
(* The switches are TRUE in the two shipped variants; a mutant turns one.  *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets

CONSTANTS
  W,               \* attempts
  Lives,           \* how many lives of the key are looked at
  Takeover,        \* an abandoned attempt may be made again ...
  Dedup,           \* ... because the back end recognises repeats
  FencedComplete,  \* complete is conditional on owner and IN_FLIGHT
  FencedRelease,   \* release is, too
  ExpiryChecked,   \* begin looks at expiresAt, not only at presence
  DurableFirst     \* success is told after DONE is durable

VARIABLES
  rec,      \* the record
  life,     \* the key's life that runs
  pc,       \* how far an attempt is
  born,     \* the life in which it began
  late,     \* attempts whose begin is once more on its way
  sent,     \* attempts whose request is on its way to the back end
  value,    \* what the back end answered an attempt; <<0, 0>> is nothing
  effects,  \* how often the back end acted, by life
  told      \* the successes that clients were told, by life

vars == <<rec, life, pc, born, late, sent, value, effects, told>>

Nothing == <<0, 0>>
None == [state |-> "none", owner |-> "nobody", leased |-> FALSE, life |-> 0, value |-> Nothing]
InFlight(w) ==
  [state |-> "inflight", owner |-> w, leased |-> TRUE, life |-> life, value |-> Nothing]

Init ==
  /\ rec = None
  /\ life = 1
  /\ pc = [w \in W |-> "idle"]
  /\ born = [w \in W |-> 0]
  /\ late = {}
  /\ sent = {}
  /\ value = [w \in W |-> Nothing]
  /\ effects = [l \in 1..Lives |-> 0]
  /\ told = [l \in 1..Lives |-> {}]

Free == rec.state = "none" \/ (ExpiryChecked /\ rec.life < life)
Abandoned ==
  /\ Takeover
  /\ rec.state = "unknown" \/ (rec.state = "inflight" /\ ~rec.leased)
Mine(w) == rec.state = "inflight" /\ rec.owner = w

(* One conditional write. Its request may be sent twice; then it may come  *)
(* again later, whatever has become of the attempt.                        *)
Begin(w) ==
  /\ pc[w] = "idle"
  /\ born' = [born EXCEPT ![w] = life]
  /\ late' \in {late, late \cup {w}}
  /\ IF Free \/ Abandoned
     THEN /\ rec' = InFlight(w)
          /\ pc' = [pc EXCEPT ![w] = "owner"]
          /\ told' = told
     ELSE /\ rec' = rec
          /\ pc' = [pc EXCEPT ![w] = "end"]
          /\ told' = IF rec.state = "done"
                     THEN [told EXCEPT ![life] = @ \cup {rec.value}]
                     ELSE told
  /\ UNCHANGED <<life, sent, value, effects>>

BeginAgain(w) ==
  /\ w \in late
  /\ late' = late \ {w}
  /\ rec' = IF Free \/ Abandoned THEN InFlight(w) ELSE rec
  /\ UNCHANGED <<life, pc, born, sent, value, effects, told>>

Send(w) ==
  /\ pc[w] = "owner"
  /\ pc' = [pc EXCEPT ![w] = "waiting"]
  /\ sent' = sent \cup {w}
  /\ UNCHANGED <<rec, life, born, late, value, effects, told>>

(* Refused before anything was sent: the key is given back.                *)
Release(w) ==
  /\ pc[w] = "owner"
  /\ pc' = [pc EXCEPT ![w] = "end"]
  /\ rec' = IF ~FencedRelease \/ Mine(w) THEN None ELSE rec
  /\ UNCHANGED <<life, born, late, sent, value, effects, told>>

(* The back end acts, also when the sender is gone meanwhile.              *)
Act(w) ==
  /\ w \in sent
  /\ sent' = sent \ {w}
  /\ LET l == born[w]
         again == Dedup /\ effects[l] > 0
     IN /\ effects' = IF again THEN effects ELSE [effects EXCEPT ![l] = @ + 1]
        /\ value' = [value EXCEPT ![w] = <<l, IF again THEN 1 ELSE effects[l] + 1>>]
  /\ UNCHANGED <<rec, life, pc, born, late, told>>

Answered(w) == pc[w] = "waiting" /\ value[w] # Nothing

Complete(w) ==
  /\ (DurableFirst /\ Answered(w)) \/ pc[w] = "hasty"
  /\ IF ~FencedComplete \/ Mine(w)
     THEN /\ rec' = [state |-> "done", owner |-> w, leased |-> FALSE,
                     life |-> born[w], value |-> value[w]]
          /\ pc' = [pc EXCEPT ![w] = "durable"]
          /\ told' = told
     ELSE /\ rec' = rec  \* superseded: the client is told what stands
          /\ pc' = [pc EXCEPT ![w] = "end"]
          /\ told' = IF rec.state = "done"
                     THEN [told EXCEPT ![born[w]] = @ \cup {rec.value}]
                     ELSE told
  /\ UNCHANGED <<life, born, late, sent, value, effects>>

Tell(w) ==
  /\ pc[w] = "durable"
  /\ pc' = [pc EXCEPT ![w] = "end"]
  /\ told' = [told EXCEPT ![born[w]] = @ \cup {value[w]}]
  /\ UNCHANGED <<rec, life, born, late, sent, value, effects>>

(* A mutant's way: the answer first, the record after it.                  *)
TellHastily(w) ==
  /\ ~DurableFirst
  /\ Answered(w)
  /\ pc' = [pc EXCEPT ![w] = "hasty"]
  /\ told' = [told EXCEPT ![born[w]] = @ \cup {value[w]}]
  /\ UNCHANGED <<rec, life, born, late, sent, value, effects>>

(* A timeout, a broken connection, a 5xx: nobody knows.                    *)
MarkUnknown(w) ==
  /\ pc[w] = "waiting"
  /\ pc' = [pc EXCEPT ![w] = "end"]
  /\ rec' = IF Mine(w) THEN [rec EXCEPT !.state = "unknown", !.leased = FALSE] ELSE rec
  /\ UNCHANGED <<life, born, late, sent, value, effects, told>>

Crash(w) ==
  /\ pc[w] \notin {"idle", "end"}
  /\ pc' = [pc EXCEPT ![w] = "end"]
  /\ UNCHANGED <<rec, life, born, late, sent, value, effects, told>>

(* By whichever clock: nothing below rests on when.                        *)
LeaseEnds ==
  /\ rec.state = "inflight" /\ rec.leased
  /\ rec' = [rec EXCEPT !.leased = FALSE]
  /\ UNCHANGED <<life, pc, born, late, sent, value, effects, told>>

(* The ttl, with its margin for clocks that are off, is far longer than    *)
(* any attempt, any write and any request to a back end lives.             *)
LifeEnds ==
  /\ life < Lives
  /\ \A w \in W : pc[w] \in {"idle", "end"}
  /\ late = {} /\ sent = {}
  /\ ~rec.leased
  /\ life' = life + 1
  /\ UNCHANGED <<rec, pc, born, late, sent, value, effects, told>>

Next ==
  \/ LeaseEnds
  \/ LifeEnds
  \/ \E w \in W :
       \/ Begin(w) \/ BeginAgain(w) \/ Send(w) \/ Release(w) \/ Act(w)
       \/ Complete(w) \/ Tell(w) \/ TellHastily(w) \/ MarkUnknown(w) \/ Crash(w)

Spec == Init /\ [][Next]_vars /\ WF_vars(LeaseEnds)

-----------------------------------------------------------------------------
(* I1 *) AtMostOneEffect == \A l \in 1..Lives : effects[l] <= 1
(* I2 *) SameAnswer == \A l \in 1..Lives : Cardinality(told[l]) <= 1
(* I3 *) DoneStaysDone ==
           [][(rec.state = "done" /\ rec.life = life) => rec' = rec]_vars
(* I4 *) SuccessIsDurable ==
           told[life] # {} => rec.state = "done" /\ rec.value \in told[life]
(* and *) NothingFromAnEarlierLife ==
           \A l \in 1..Lives : \A v \in told[l] : v[1] = l
(* I7: IN_FLIGHT after its lease is read as UNKNOWN *)
NeverStuck == (rec.state = "inflight" /\ rec.leased) ~> ~(rec.state = "inflight" /\ rec.leased)
=============================================================================
