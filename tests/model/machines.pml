/* The three state machines together (SPEC 15.6.1, 16.6.1, 17.8.1): two people whose intents overlap, a claim, operations
   under them in both execution models, one conflict, and the clocks that race with all of it. Which state follows which
   comes from the hub's own tables (rows.pml); here stands only who raises which event when. README.md explains. */

#include "rows.pml"

#define first_intent 0   /* of person 0 */
#define second_intent 1  /* of person 1, and it overlaps the first */
#define claimed_intent 2 /* what the first becomes if person 1 takes it over */
#define intents 3
#define operations 2     /* operation 0 is person 0's, operation 1 is person 1's */

byte intent[intents];
byte operation[operations];
byte conflict;

/* Of an operation: which intent it names, whether its execution is authorised, whether its intent has ended and it waits
   out the grace of SPEC 15.7, whether it stands in a batch. */
byte under[operations];
bool authorised[operations];
bool on_notice[operations];
bool in_batch[operations];
bool is_related[operations]; /* committed under an intent in dispute (SPEC 17.9) */

/* The people: their connection may be lost and come back once. */
bool away[2];

bool is_claimed; /* somebody waits for approval to take over the first intent */

/* All that is over is alike: no row leaves it (proven where the tables stand), so one state stands for all of them. */
#define intent_over intent_withdrawn
#define operation_over operation_rejected
#define conflict_over conflict_closed

/* A frozen scope (SPEC 18.6.2): 0 not frozen, else its phase; 3 once the last resort has been tried. */
byte freeze;

/* The policy and the company, chosen once. */
bool pre_commit, has_grace, has_timeouts, has_phase_3, has_arbiter;
byte favoured; /* the intent of strictly highest priority, which may pass in phase 2; `intents` = none */

/* Everybody is silent from now on. */
bool quiet;

/* What is put before the conflict's own actor: until it has ruled the session goes on with its clocks, not with
   messages. */
byte asked;
#define deliberating (asked != 0)

/* What is proven on the way. */
bool was_settled;

/* Of one atomic step: 0 between two. What lasts no longer than a d_step is no part of the state. */
byte i, k, event;
hidden byte o, all_over;

#define is_live(i) (intent[i] == intent_active || intent[i] == intent_suspended)
#define is_pending(o) (operation[o] == operation_proposed || operation[o] == operation_frozen)
#define is_open (conflict != conflict_none && !conflict_is_settled(conflict))

inline check_commit(which) {
  /* No commit under a dead intent, none into a frozen scope (SPEC 14.7.2, 15.7, 18.6.2). */
  assert(intent[under[which]] == intent_active);
  assert(freeze == 0 || (freeze == 2 && favoured == under[which]));
  is_related[which] = is_open && under[which] != claimed_intent
}

inline settle_conflict() {
  assert(!was_settled); /* nothing is resolved twice (SPEC 18.4) */
  was_settled = true;
  conflict = conflict_over;
  freeze = 0;
  is_related[0] = false;
  is_related[1] = false
}

/* SPEC 17.9: over, once all that it is about has ended. A commit is no end. */
inline dismiss_if_over() {
  if
  :: is_open ->
     all_over = !is_live(first_intent) && !is_live(second_intent);
     o = 0;
     do
     :: o < operations -> all_over = all_over && (!is_related[o] || operation_has_ended(operation[o])); o++
     :: else -> break
     od;
     if
     :: all_over -> conflict_step(conflict, conflict_on_entities_terminated); if :: moved -> settle_conflict() :: else fi
     :: else
     fi
  :: else
  fi
}

/* What only mattered as long as the operation was pending. */
inline let_go(which) {
  on_notice[which] = false;
  authorised[which] = false;
  in_batch[which] = false;
  if :: operation_has_ended(operation[which]) -> operation[which] = operation_over; under[which] = 0 :: else fi
}

/* SPEC 15.7: what hangs on an intent that has ended. */
inline cascade() {
  if :: i == first_intent -> is_claimed = false :: else fi;
  o = 0;
  do
  :: o < operations ->
     if
     :: is_pending(o) && under[o] == i && has_grace -> on_notice[o] = true
     :: is_pending(o) && under[o] == i && !has_grace ->
        operation_step(operation[o], operation_on_intent_terminated); let_go(o)
     :: else
     fi;
     o++
  :: else -> break
  od;
  dismiss_if_over()
}

/* The coordinator does what the table allows; a row that is missing leaves things as they are. */
inline end_intent(event) {
  intent_step(intent[i], event);
  if :: moved -> cascade(); intent[i] = intent_over; moved = true :: else fi
}

inline move_operations(event) {
  o = 0;
  do
  :: o < operations ->
     if :: is_pending(o) && under[o] == i -> operation_step(operation[o], event) :: else fi;
     o++
  :: else -> break
  od
}

inline suspend(event) {
  intent_step(intent[i], event);
  if :: moved -> move_operations(operation_on_intent_suspended) :: else fi
}

inline restore() {
  intent_step(intent[i], intent_on_owner_returned);
  if
  :: moved ->
     if :: i == first_intent -> is_claimed = false :: else fi;
     move_operations(operation_on_intent_restored)
  :: else
  fi
}

/* SPEC 14.7.3, 14.4: proposals of somebody who is gone. */
inline abandon(who) {
  if
  :: is_pending(who) -> operation_step(operation[who], operation_on_sender_unavailable); let_go(who);
     dismiss_if_over()
  :: else
  fi
}

#include "people.pml"
#include "clocks.pml"

/* When nothing moves any more: everything has an end, or somebody said that it may wait for ever. */
proctype silence() {
  timeout ->
  assert(!is_live(first_intent) && !is_live(second_intent) && !is_live(claimed_intent));
  assert(!is_pending(0) && !is_pending(1));
  assert(!is_claimed);
  /* A dispute about a commit waits for a resolution where policy knows no timeout, or no last phase. */
  assert(!is_open || ((!has_timeouts || !has_phase_3) &&
                      (is_related[0] && operation[0] == operation_committed ||
                       is_related[1] && operation[1] == operation_committed)));
  assert(freeze == 0 || is_open)
}

#define policy(commits_first, grace, timeouts, phase_3, arbiter, favours) \
  pre_commit = commits_first; has_grace = grace; has_timeouts = timeouts; has_phase_3 = phase_3; \
  has_arbiter = arbiter; favoured = favours

init {
  c_code { atexit(tell_rows); };
  atomic {
    if
    :: policy(true,  true,  true,  true,  false, first_intent)
    :: policy(true,  false, true,  false, true,  intents)
    :: policy(true,  false, false, false, true,  intents)
    :: policy(false, true,  true,  true,  true,  intents)
    :: policy(false, false, true,  false, false, second_intent)
    :: policy(false, true,  false, true,  false, intents)
    fi;
    run person(0); run person(1); run clocks(); run silence()
  }
}
