"""What the agents of a session have in view when they choose what to do next. Nothing is checked against it."""


class Board:
    def __init__(self, files):
        self.refs = dict(files)  # target to reference: predicted by whoever commits
        self.forget()

    def forget(self):
        self.intents = {}      # id to owner, scope
        self.conflicts = {}    # id to intents
        self.granted = []      # operations that may be completed
        self.heard = set()

    def look_at(self, snapshot):
        """Begins anew from what the hub says."""
        self.forget()
        for intent in snapshot["intents"]:
            if intent["state"] in ("ACTIVE", "SUSPENDED"):
                self.intents[intent["intent_id"]] = (intent["principal_id"], intent["scope"])
        for conflict in snapshot["conflicts"]:
            if conflict["state"] not in ("CLOSED", "DISMISSED"):
                self.conflicts[conflict["conflict_id"]] = conflict["related_intents"]
        self.refs = dict(snapshot["target_state_refs"])

    def hear(self, said):
        """One message, from whoever hears it first."""
        if said["message_id"] in self.heard:
            return
        self.heard.add(said["message_id"])
        kind, payload = said["message_type"], said["payload"]
        if kind == "INTENT_ANNOUNCE":
            self.intents[payload["intent_id"]] = (said["sender"]["principal_id"], payload["scope"])
        elif kind == "INTENT_WITHDRAW":
            self.intents.pop(payload["intent_id"], None)
        elif kind == "CONFLICT_REPORT":
            self.conflicts[payload["conflict_id"]] = payload.get("related_intents", [])
        elif kind == "RESOLUTION":
            self.conflicts.pop(payload["conflict_id"], None)
        elif kind == "COORDINATOR_STATUS" and payload["event"] == "authorization":
            self.granted.append(payload["authorized_op_id"])

    def of(self, principal):
        return [intent for intent, (owner, _) in self.intents.items() if owner == principal]
