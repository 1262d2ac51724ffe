"""One session: its policy, its agents, and what nobody may forget of it."""
from agent import Agent
from board import Board
from work import ORDINARY, PROPOSING, Work, files_of_workspace

# Nobody's absence and no timer of the hub's gets between what agents do, unless a kind of session is about that.
KINDS = {
    "plain": None,  # made by whoever comes first, with the hub's own policy
    "governed": {"compliance_profile": "governance", "execution_model": "pre_commit",
                 "governance": {"resolution_timeout_sec": 120}},
    "timed": {"compliance_profile": "governance", "governance": {"resolution_timeout_sec": 0.7,
                                                                 "frozen_scope_phase_1_sec": 0.7,
                                                                 "frozen_scope_phase_2_sec": 0.7},
              "liveness": {"heartbeat_interval_sec": 0.5, "unavailability_timeout_sec": 1.5,
                           "intent_claim_approval": "auto"}},
    "sleepy": {"governance": {"resolution_timeout_sec": 0},
               "liveness": {"heartbeat_interval_sec": 0.1, "unavailability_timeout_sec": 0.3}},
    "empty": {"lifecycle": {"session_ttl_sec": 86400, "auto_close_grace_sec": 7}, "race_lock": True},
}
ROLES = (["owner", "arbiter"], ["owner"], ["contributor"], ["contributor"])


def policy_in(snapshot):
    return {name: snapshot[name] for name in ("governance_policy", "liveness_policy", "lifecycle_policy",
                                              "security_profile", "compliance_profile", "execution_model",
                                              "protocol_version", "created_at")}


class Meeting:
    def __init__(self, kind, number, dice):
        self.kind = kind
        self.dice = dice
        self.id = f"{kind}-{number}"
        self.policy = KINDS[kind]
        self.is_pre_commit = (self.policy or {}).get("execution_model") == "pre_commit"
        self.tastes = PROPOSING if self.is_pre_commit else ORDINARY
        self.board = Board(files_of_workspace())
        self.told = 0
        names = ["ada", "bob", "cyd", "dan"][:0 if kind == "empty" else dice.randint(3, 4)]
        self.agents = [Agent(self, name, roles, dice) for name, roles in zip(names, ROLES)]
        self.work = {agent: Work(agent) for agent in self.agents}
        self.is_made = False      # somebody was told that it exists
        self.is_closed = False    # somebody was told that it has ended
        self.is_closing = False   # its end was asked for, and perhaps nobody was told
        self.epochs = {}          # life to the epochs seen in it
        self.transcript = None    # as last seen
        self.founding = None      # what its snapshot said of its policy when it was made
        self.shown = None         # a snapshot that an operator was given meanwhile
        self.checks = 0

    def make(self, hub):
        """Has the operator make it, if it has a policy of its own."""
        if self.policy is None or self.is_made:
            return
        status, _, content = hub.admin("POST", "/api/v1/sessions", {"session_id": self.id, **self.policy})
        assert status == 201, (self.id, status, content)
        self.is_made = True
        self.founding = policy_in(hub.snapshot(self.id))

    @property
    def messages_sent(self):
        return sum(len(agent.sent) for agent in self.agents)
