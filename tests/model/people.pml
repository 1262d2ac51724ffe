/* What people send and what happens to them. Each message is one atomic step of the session, in the order it comes. */

#define may_write(o) (intent[under[o]] == intent_active && (freeze == 0 || (freeze == 2 && favoured == under[o])))

inline announce(me) {
  intent_step(intent[me], intent_on_announced);
  if
  :: moved && conflict == conflict_none && is_live(first_intent) && is_live(second_intent) ->
     conflict_step(conflict, conflict_on_reported)
  :: else
  fi
}

/* A proposal, a commit in one go, or the first half of one that asks first. */
inline register(me) {
  if
  :: under[me] = me
  :: me == 1 -> under[me] = first_intent /* somebody else's */
  :: me == 1 && is_live(claimed_intent) -> under[me] = claimed_intent
  fi;
  if
  :: event = operation_on_proposed
  :: pre_commit -> event = operation_on_requested
  :: pre_commit -> event = operation_on_batch_requested
  :: !pre_commit -> event = operation_on_declared
  :: !pre_commit -> event = operation_on_batch_declared
  fi;
  d_step {
    if
    :: may_write(me) ->
       in_batch[me] = (event == operation_on_batch_requested);
       operation_step(operation[me], event);
       if :: operation[me] == operation_committed -> check_commit(me) :: else fi
    :: else -> under[me] = 0 /* refused */
    fi;
    event = 0
  }
}

/* The second half of a commit. What is suspended is left to the tables: the intent has frozen its operations. */
inline complete(me) {
  if
  :: freeze != 0 && !(freeze == 2 && favoured == under[me]) -> moved = false /* SCOPE_FROZEN */
  :: on_notice[me] -> moved = false /* its intent has ended */
  :: pre_commit && !authorised[me] -> moved = false /* refused */
  :: else ->
     event = (!pre_commit -> operation_on_proposal_carried_out :
              (in_batch[me] -> operation_on_batch_completed : operation_on_completed));
     operation_step(operation[me], event)
  fi;
  if :: moved -> check_commit(me); let_go(me) :: else fi
}

#define may_speak (!quiet && !deliberating)

#define for_each_intent_of(me) i = me; do :: i < intents ->
#define next_intent_of(me) if :: me == 1 -> i++ :: else -> i = intents fi :: else -> break od; i = 0

proctype person(byte me) {
  bool was_lost;
  do
  :: quiet = true; break /* at any moment */
  :: quiet -> break

  /* Messages, while nothing is being considered. */
  :: atomic { may_speak && !away[me] && intent[me] == intent_none -> d_step { announce(me) } }
  :: d_step { may_speak && is_live(me) && !away[me] -> intent_step(intent[me], intent_on_updated) }
  :: atomic { may_speak && !away[me] && is_live(me) ->
       if :: event = intent_on_withdrawn :: event = intent_on_superseded fi;
       d_step { i = me; end_intent(event); i = 0; event = 0 } }
  :: atomic { may_speak && !away[me] && operation[me] == operation_none && intent[me] != intent_none ->
       register(me) }
  :: d_step { may_speak && !away[me] && is_pending(me) -> complete(me); event = 0 }
  :: atomic { may_speak && !away[me] && operation[me] != operation_none ->
       k = me;
       if
       :: operation[me] == operation_committed -> event = operation_on_superseded
       :: is_pending(me) && on_notice[me] -> event = operation_on_reassociated
       :: is_pending(1 - me) -> event = operation_on_rejected; k = 1 - me /* by authority */
       :: else -> event = operation_on_proposed /* refused: it is there */
       fi;
       d_step {
         operation_step(operation[k], event);
         if :: moved -> let_go(k); dismiss_if_over() :: else fi;
         event = 0; k = 0 } }
  :: d_step { may_speak && me == 1 && !away[me] && !is_claimed && intent[first_intent] == intent_suspended ->
       is_claimed = true }

  /* The conflict: acknowledge, escalate, resolve. */
  :: atomic { may_speak && !away[me] && is_open ->
       if
       :: conflict == conflict_open -> asked = conflict_on_acknowledged
       :: conflict != conflict_escalated && has_arbiter -> asked = conflict_on_escalated
       :: asked = conflict_on_resolved
       fi }

  /* Lost, or gone with what it holds left to transfer. Policy says whether its proposals are abandoned, which is when its
     intents have frozen some of them. */
  :: atomic { !quiet && !away[me] && !was_lost ->
       if :: event = intent_on_owner_unavailable :: may_speak -> event = intent_on_owner_left_to_transfer fi;
       d_step {
         was_lost = true; away[me] = true;
         for_each_intent_of(me) suspend(event); next_intent_of(me);
         event = 0 };
       if :: d_step { abandon(me) } :: true fi }
  /* GOODBYE with `withdraw` (SPEC 14.4): first one's own proposals (O-062), then the intents. */
  :: d_step { may_speak && !away[me] && !was_lost ->
       was_lost = true; away[me] = true;
       abandon(me);
       for_each_intent_of(me) restore(); end_intent(intent_on_withdrawn); next_intent_of(me) }
  :: d_step { may_speak && away[me] ->
       away[me] = false;
       for_each_intent_of(me) restore(); next_intent_of(me) }
  od
}
