/* What time alone brings about, at any moment it may (SPEC 15.3, 15.7, 14.7.4, 18.6), and what the conflict's actor
   answers: meanwhile a clock may have settled the conflict otherwise (SPEC 17.8.1, 18.4). */

/* `refused`: the intent that a resolution's outcome refuses, `intents` for none, one more for an operation. */
inline rule(refused_by_outcome) {
  event = asked;
  asked = 0;
  conflict_step(conflict, event);
  if
  :: moved && event == conflict_on_resolved ->
     conflict_step(conflict, conflict_on_archived);
     settle_conflict();
     i = refused_by_outcome;
     if
     :: i < intents && is_live(i) -> end_intent(intent_on_resolution_rejected)
     :: i > intents && is_pending(0) -> operation_step(operation[0], operation_on_rejected); let_go(0)
     :: else
     fi
  :: else /* refused with RESOLUTION_CONFLICT or INVALID_REFERENCE, or only moved */
  fi;
  i = 0; event = 0
}

/* An approval, or core's grace without an objection. */
inline approve_claim() {
  assert(intent[first_intent] == intent_suspended); /* else it would have been withdrawn or refused */
  i = first_intent;
  end_intent(intent_on_claim_approved);
  if
  :: !is_live(first_intent) && intent[claimed_intent] == intent_none ->
     intent_step(intent[claimed_intent], intent_on_announced);
     i = claimed_intent;
     if :: away[1] -> suspend(intent_on_owner_unavailable) :: else fi
  :: else -> is_claimed = false
  fi
}

/* SPEC 18.6.1, 18.6.2.1: escalate where somebody is there to decide, freeze at the second timeout, then by phases. */
inline next_phase() {
  if
  :: freeze == 0 && has_arbiter && conflict != conflict_escalated ->
     conflict_step(conflict, conflict_on_escalated);
     if :: moved :: else -> freeze = 1 fi
  :: freeze == 0 && (!has_arbiter || conflict == conflict_escalated) -> freeze = 1
  :: freeze == 1 -> freeze = 2
  :: freeze == 2 && has_phase_3 ->
     conflict_step(conflict, conflict_on_phase_3_fallback);
     if :: moved -> settle_conflict() :: else -> freeze = 3 fi
  fi
}

/* A time to live runs out once: a row that were missing would leave the intent for ever. */
bool time_is_over[intents];
#define may_expire(which) (is_live(which) && !time_is_over[which])

proctype clocks() {
end:
  do
  :: atomic { deliberating ->
       if :: event = intents :: event = first_intent :: event = second_intent :: event = intents + 1 fi;
       d_step { k = event; rule(k); k = 0 } }
  :: atomic { may_expire(0) || may_expire(1) || may_expire(2) ->
       if :: may_expire(0) -> i = 0 :: may_expire(1) -> i = 1 :: may_expire(2) -> i = 2 fi;
       d_step { time_is_over[i] = true; end_intent(intent_on_ttl_over); i = 0 } }
  :: atomic { on_notice[0] || on_notice[1] ->
       if :: on_notice[0] -> i = 0 :: on_notice[1] -> i = 1 fi;
       d_step {
         operation_step(operation[i], operation_on_intent_terminated);
         let_go(i);
         dismiss_if_over();
         i = 0 } }
  /* Policy alone, or somebody with the right, lets an operation be carried out (SPEC 7.8). */
  :: d_step { pre_commit && operation[0] == operation_proposed && !authorised[0] && !on_notice[0] ->
       operation_step(operation[0], operation_on_authorised); authorised[0] = true }
  :: d_step { pre_commit && operation[1] == operation_proposed && !authorised[1] && !on_notice[1] ->
       operation_step(operation[1], operation_on_authorised); authorised[1] = true }
  :: d_step { is_claimed -> approve_claim(); i = 0 }
  :: d_step { is_claimed -> is_claimed = false }
  :: d_step { has_timeouts && is_open && (freeze < 2 || freeze == 2 && has_phase_3) -> next_phase() }
  od
}
