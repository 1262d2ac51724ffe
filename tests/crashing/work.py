"""What an agent does next: a dice chooses, among what makes sense and what does not quite."""
import hashlib

SHARED = [f"src/shared-{number}.py" for number in range(6)]
FILES = {f"ws/{number}.txt": f"content {number}\n" for number in range(8)}


def ref_of(content):
    return "sha256:" + hashlib.sha256(content.encode()).hexdigest()[:16]


def files_of_workspace():
    return {path: ref_of(content) for path, content in FILES.items()}


class Work:
    """The next messages of one agent."""

    def __init__(self, agent):
        self.agent = agent
        self.dice = agent.dice
        self.board = agent.session.board
        self.count = 0
        self.mine = []      # intents it has announced on this connection, perhaps not heard of yet
        self.proposed = []  # payloads

    def fresh(self, what):
        self.count += 1
        return f"{what}-{self.agent.principal}-{self.agent.incarnation}-{len(self.agent.connections)}-{self.count}"

    def say(self, kind, **payload):
        return self.agent.letter(kind, {name: value for name, value in payload.items() if value is not None})

    def burst(self):
        texts = []
        for _ in range(self.dice.choice((1, 2, 4, 8, 12))):
            texts += self.one()
        return texts

    def one(self):
        kinds = self.agent.session.tastes
        return getattr(self, self.dice.choices(list(kinds), list(kinds.values()))[0])()

    # --- intents ---

    def own(self):
        return self.mine[-8:] or self.board.of(self.agent.principal)

    def announce(self):
        intent = self.fresh("i")
        shared = self.dice.random() < 0.3
        files = self.dice.sample(SHARED, self.dice.randint(1, 2)) if shared else [f"own/{intent}.py"]
        self.mine.append(intent)
        return [self.say("INTENT_ANNOUNCE", intent_id=intent, objective=f"work on {files}",
                         ttl_sec=self.dice.choice((1, 2, 3600, 3600, 3600, 3600, 3600, 3600)),
                         priority=self.dice.choice((None, "low", "high")),
                         supersedes_intent_id=self.dice.choice(self.own()) if self.own() and
                         self.dice.random() < 0.1 else None,
                         scope={"kind": "file_set", "resources": files})]

    def update(self):
        if not self.own():
            return self.announce()
        what = self.dice.randrange(3)
        return [self.say("INTENT_UPDATE", intent_id=self.dice.choice(self.own()),
                         objective="a better idea" if what == 0 else None,
                         scope={"kind": "file_set", "resources": [self.dice.choice(SHARED), self.fresh("own/")]}
                         if what == 1 else None,
                         ttl_sec=self.dice.choice((2, 1800)) if what == 2 else None)]

    def withdraw(self):
        if not self.own():
            return self.announce()
        intent = self.dice.choice(self.own())
        if intent in self.mine:
            self.mine.remove(intent)
        return [self.say("INTENT_WITHDRAW", intent_id=intent)]

    # --- operations ---

    def target(self):
        """Mostly one's own, so that a chain can be said in one breath; sometimes another's, so that some is stale."""
        return self.dice.choice(SHARED) if self.dice.random() < 0.15 else \
            f"out/{self.agent.principal}-{self.dice.randrange(3)}"

    def step(self, target):
        """The references before and after one commit."""
        before = self.board.refs.get(target, "sha256:none")
        after = ref_of(f"{target} {self.agent.principal} {self.count} {self.dice.random()}")
        self.board.refs[target] = after
        return before, after

    def under(self):
        return self.dice.choice(self.own()) if self.own() else None

    def commit(self):
        target, op = self.target(), self.fresh("o")
        before, after = self.step(target)
        return [self.say("OP_COMMIT", op_id=op, intent_id=self.under(), target=target, op_kind="replace",
                         state_ref_before=before, state_ref_after=after)]

    def write(self):
        """With contents: of one file or two."""
        changes = {}
        paths = [*FILES, f"ws/new-{self.dice.randrange(20)}.txt"]
        for path in self.dice.sample(paths, self.dice.randint(1, 2)):
            content = f"{self.fresh('text')} \u00fc\n" * self.dice.choice((1, 3, 200))
            changes[path] = {"content": content, "state_ref_before": self.board.refs.get(path, "")}
        for path, change in changes.items():
            self.board.refs[path] = ref_of(change["content"])
        target = next(iter(changes))
        said = {"op_id": self.fresh("o"), "intent_id": self.under(), "target": target, "op_kind": "replace",
                "state_ref_before": changes[target]["state_ref_before"], "state_ref_after": self.board.refs[target],
                "file_changes": changes}
        return [self.say("OP_COMMIT", **said) for _ in range(1 + self.agent.session.is_pre_commit)]

    def batch(self):
        batch, entries = self.fresh("b"), []
        for number in range(self.dice.randint(2, 4)):
            target = self.target()
            before, after = self.step(target)
            if self.dice.random() < 0.04:
                before = "sha256:stale"
            entries.append({"op_id": f"{batch}-{number}", "target": target, "op_kind": "replace",
                            "state_ref_before": before, "state_ref_after": after})
        said = {"batch_id": batch, "intent_id": self.under(), "atomicity": "all_or_nothing", "operations": entries}
        texts = [self.say("OP_BATCH_COMMIT", **said)]
        if self.agent.session.is_pre_commit:
            texts.append(self.say("OP_BATCH_COMMIT", **said))
        return texts

    def propose(self):
        """And, in the same breath or later, carry out."""
        target, op, intent = self.target(), self.fresh("o"), self.under()
        said = {"op_id": op, "intent_id": intent, "target": target, "op_kind": "replace"}
        before, after = self.step(target)
        done = {**said, "state_ref_before": before, "state_ref_after": after}
        texts = [self.say("OP_PROPOSE", **said) if self.dice.random() < 0.7 else self.say("OP_COMMIT", **done)]
        if self.dice.random() < 0.6:
            texts.append(self.say("OP_COMMIT", **done))
        else:
            self.proposed.append(done)
        return texts

    def carry_out(self):
        if not self.proposed:
            return self.propose()
        return [self.say("OP_COMMIT", **self.proposed.pop(self.dice.randrange(len(self.proposed))))]

    # --- disputes ---

    def dispute(self):
        if not self.board.conflicts:
            return self.announce()
        conflict = self.dice.choice(list(self.board.conflicts))
        intents = self.board.conflicts[conflict]
        what = self.dice.randrange(5)
        if what < 2:
            return [self.say("CONFLICT_ACK", conflict_id=conflict,
                             ack_type=self.dice.choice(("seen", "accepted", "disputed")))]
        if what == 2:
            return [self.say("CONFLICT_ESCALATE", conflict_id=conflict,
                             escalate_to=self.agent.session.agents[0].principal, reason="we do not agree")]
        decision = self.dice.choice(("approved", "rejected", "dismissed", "merged"))
        outcome = {"rejected": [self.dice.choice(intents)]} if decision == "rejected" and intents else None
        return [self.say("RESOLUTION", resolution_id=self.fresh("r"), conflict_id=conflict, decision=decision,
                         outcome=outcome, rationale="so be it")]

    # --- coming and going ---

    def heartbeat(self):
        return [self.say("HEARTBEAT", status=self.dice.choice(("idle", "working", "blocked")))]

    def leave_and_return(self):
        self.mine.clear()
        self.proposed.clear()
        return [self.say("GOODBYE", reason="user_exit",
                         intent_disposition=self.dice.choice((None, "withdraw", "transfer", "expire"))),
                self.agent.hello()]


ORDINARY = {"announce": 26, "update": 8, "withdraw": 10, "commit": 20, "write": 8, "batch": 6, "propose": 4,
            "carry_out": 3, "dispute": 12, "heartbeat": 3, "leave_and_return": 1}
PROPOSING = {**ORDINARY, "commit": 8, "propose": 16, "carry_out": 12}
