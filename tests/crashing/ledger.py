"""What must have become of everything, as the transcript alone tells it: an independent, tolerant reading of the
protocol's tables (SPEC 15.6, 16.6, 17.8). Where time or the hub's own judgement decides, several states are allowed."""
from datetime import datetime

from work import FILES, ref_of

LIVING = {"ACTIVE", "SUSPENDED"}
PENDING = {"PROPOSED", "FROZEN", "REJECTED", "ABANDONED", "SUPERSEDED"}

ENDED = {"EXPIRED", "REJECTED", "ABANDONED", "COMMITTED", "WITHDRAWN", "SUPERSEDED", "CLOSED", "DISMISSED"}


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class Ledger:
    def __init__(self, transcript, is_pre_commit):
        self.is_pre_commit = is_pre_commit
        self.intents = {}     # id to allowed states
        self.owners = {}
        self.scopes = {}
        self.operations = {}
        self.batches = {}     # id to operation ids
        self.conflicts = {}
        self.resolutions = {}
        self.refs = {path: ref_of(content) for path, content in FILES.items()}
        self.files = dict(FILES)
        self.people = {}      # principal to whether it is in
        self.is_closed = False
        for line in transcript.lines:
            if line.by_coordinator:
                getattr(self, "_hub_" + line.kind.lower(), self._nothing)(line, line.payload)
            elif line.refusal is None and not (self.is_closed and line.kind == "GOODBYE"):
                getattr(self, "_" + line.kind.lower(), self._nothing)(line, line.payload)

    def _nothing(self, line, said):
        pass

    # --- people ---

    def _hello(self, line, said):
        self.people[line.who] = True

    def _goodbye(self, line, said):
        self.people[line.who] = False
        how = said.get("intent_disposition", "withdraw")
        for intent, owner in self.owners.items():
            if owner == line.who and self.intents[intent] & LIVING:
                if how == "withdraw":
                    self._ends(intent, "WITHDRAWN")

    # --- intents ---

    def _ends(self, intent, how):
        """By somebody's word; or its time was over before that."""
        self.intents[intent] = {how} | (self.intents[intent] & {"EXPIRED"})

    def _intent_announce(self, line, said):
        for old, owner in self.owners.items():
            if owner == line.who and self.intents[old] & LIVING and \
                    (old == said.get("supersedes_intent_id") or self.scopes[old] == self._scope(said)):
                self._ends(old, "SUPERSEDED")
        self.owners[said["intent_id"]] = line.who
        self.scopes[said["intent_id"]] = self._scope(said)
        self.intents[said["intent_id"]] = LIVING | {"EXPIRED"}

    @staticmethod
    def _scope(said):
        return sorted(said["scope"]["resources"])

    def _intent_update(self, line, said):
        if "scope" in said:
            self.scopes[said["intent_id"]] = self._scope(said)

    def _intent_withdraw(self, line, said):
        self.intents[said["intent_id"]] = {"WITHDRAWN"}

    def _hub_intent_withdraw(self, line, said):
        if "resolution_rejected" in said.get("reason", ""):
            self._ends(said["intent_id"], "WITHDRAWN")

    # --- operations ---

    def _op_propose(self, line, said):
        self.operations[said["op_id"]] = set(PENDING)

    def _op_commit(self, line, said):
        op = said["op_id"]
        if self.is_pre_commit and op not in self.operations:
            self.operations[op] = set(PENDING)
            return
        self._committed(op, said)
        for path, change in said.get("file_changes", {}).items():
            self.files[path] = change["content"]
            self.refs[path] = ref_of(change["content"])

    def _committed(self, op, said):
        self.operations[op] = {"COMMITTED", "SUPERSEDED"}
        if said["target"] not in self.files:
            self.refs[said["target"]] = said["state_ref_after"]

    def _op_batch_commit(self, line, said):
        is_request = self.is_pre_commit and said["batch_id"] not in self.batches
        self.batches[said["batch_id"]] = [entry["op_id"] for entry in said["operations"]]
        for entry in said["operations"]:
            if is_request:
                self.operations[entry["op_id"]] = set(PENDING)
            else:
                self._committed(entry["op_id"], entry)

    # --- disputes ---

    def _hub_conflict_report(self, line, said):
        self.conflicts[said["conflict_id"]] = {"OPEN"}

    def _conflict_ack(self, line, said):
        if "OPEN" in self.conflicts[said["conflict_id"]]:
            self.conflicts[said["conflict_id"]] |= {"ACKED"}

    def _conflict_escalate(self, line, said):
        self.conflicts[said["conflict_id"]] = {"ESCALATED"}

    _hub_conflict_escalate = _conflict_escalate

    def _resolution(self, line, said):
        by_hub = line.by_coordinator and said["decision"] == "dismissed"  # nothing of it lives any more (SPEC 17.9)
        self.conflicts[said["conflict_id"]] = {"DISMISSED" if by_hub else "CLOSED"}
        self.resolutions[said["conflict_id"]] = said["resolution_id"]

    _hub_resolution = _resolution

    # --- the end ---

    def _hub_session_close(self, line, said):
        self.is_closed = True
        if said.get("active_intents_disposition", "withdraw_all") == "withdraw_all":
            for intent, states in self.intents.items():
                if states & LIVING:
                    self._ends(intent, "WITHDRAWN")

    # --- compared with a snapshot of the same moment ---

    def disagrees(self, snapshot):
        """What the snapshot says that cannot be, one sentence each."""
        yield from self._entities("intent", self.intents, snapshot["intents"])
        yield from self._entities("operation", self.operations, snapshot["operations"], "op_id")
        yield from self._entities("conflict", self.conflicts, snapshot["conflicts"])
        now = instant(snapshot["captured_at"])
        for intent in snapshot["intents"]:
            due = instant(intent["expires_at"])
            if intent["state"] == "EXPIRED" and due > now:
                yield f"intent {intent['intent_id']} has expired before its time"
        states = {each["op_id"]: each["state"] for each in snapshot["operations"]}
        for batch, ops in self.batches.items():
            here = {states[op] in ("COMMITTED", "SUPERSEDED") for op in ops if op in states}
            if len(here) > 1:
                yield f"batch {batch} is there by half: {[(op, states.get(op)) for op in ops]}"
        for conflict in snapshot["conflicts"]:
            resolution = self.resolutions.get(conflict["conflict_id"])
            if resolution and conflict["resolution_id"] != resolution:
                yield f"conflict {conflict['conflict_id']} was resolved by {resolution}: {conflict}"
        if snapshot["target_state_refs"] != self.refs:
            for target in {*snapshot["target_state_refs"], *self.refs}:
                there, due = snapshot["target_state_refs"].get(target), self.refs.get(target)
                if there != due:
                    yield f"target {target} is at {there}, and the last commit brought it to {due}"
        if snapshot["session_closed"] != self.is_closed:
            yield f"session_closed is {snapshot['session_closed']}, and the transcript says {self.is_closed}"
        people = {each["principal_id"]: not each["departed"] for each in snapshot["participants"]}
        if people != self.people:
            yield f"who is in is {people}, and the transcript says {self.people}"

    @staticmethod
    def _entities(what, allowed, shown, name=None):
        name = name or f"{what}_id"
        there = {}
        for each in shown:
            there[each[name]] = each["state"]
            if each[name] not in allowed:
                yield f"{what} {each[name]} is {each['state']}, and no message in the transcript made it"
            elif each["state"] not in allowed[each[name]]:
                yield f"{what} {each[name]} is {each['state']}, and the transcript allows {allowed[each[name]]}"
        # Of those that have ended the last 256 are remembered.
        for each, states in allowed.items():
            if each not in there and (len(allowed) <= 256 or not states & ENDED):
                yield f"{what} {each} is gone; the transcript allows {states}"
