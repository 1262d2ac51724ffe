"""The transcript of a session as the admin listener tells it, in the order in which the hub dealt with it."""
import json

# What an accepted message of a participant is: something that everybody hears (docs/operations.md, session.routing).
RELAYED = {"INTENT_ANNOUNCE", "INTENT_UPDATE", "INTENT_WITHDRAW", "OP_PROPOSE", "OP_COMMIT", "OP_BATCH_COMMIT",
           "OP_SUPERSEDE", "CONFLICT_REPORT", "CONFLICT_ACK", "CONFLICT_ESCALATE", "RESOLUTION", "GOODBYE"}


class Line:
    """One message: its text, what that says, and the number of the decision it belongs to."""

    __slots__ = ("raw", "said", "sequence", "by_coordinator", "clock", "place", "refusal", "id", "kind",
                 "is_passed_on")

    def __init__(self, raw, said, sequence):
        self.raw, self.said, self.sequence = raw, said, sequence
        self.by_coordinator = "coordinator_epoch" in said
        self.clock = (said.get("watermark") or {}).get("value", 0)
        self.id, self.kind = said["message_id"], said["message_type"]
        self.place = -1
        self.refusal = None
        self.is_passed_on = False

    @property
    def payload(self):
        return self.said["payload"]

    @property
    def who(self):
        return self.said["sender"]["principal_id"]

    def __repr__(self):
        return f"#{self.sequence} {self.raw[:400]}"


def pieces(text):
    """The messages of an exported transcript as (text, value), and the rest of it."""
    begin = text.index('"messages":[') + len('"messages":[')
    decode, found, at = json.JSONDecoder().raw_decode, [], begin
    while True:
        while text[at] in ", \t\r\n":
            at += 1
        if text[at] == "]":
            return found, json.loads(text[:begin] + text[at:])
        value, end = decode(text, at)
        found.append((text[at:end], value))
        at = end


class Transcript:
    def __init__(self, text):
        found, self.about = pieces(text)
        self.snapshot = self.about["final_snapshot"]
        numbers = self.about["message_sequences"]
        assert len(numbers) == len(found), "each message has its sequence number"
        lines = [Line(raw, said, number) for (raw, said), number in zip(found, numbers)]
        # Within one decision what brought it about comes first, then what the coordinator said, by its clock.
        self.lines = sorted(lines, key=lambda line: (line.sequence, line.by_coordinator,
                                                     line.clock if line.by_coordinator else 0))
        self.by_id = {}
        for place, line in enumerate(self.lines):
            line.place = place
            assert line.id not in self.by_id, f"the message id {line.id} stands twice in the transcript"
            self.by_id[line.id] = line
        for line in self.lines:
            about = self._refused(line)
            if about in self.by_id and not self.by_id[about].by_coordinator:
                self.by_id[about].refusal = line
        has_ended = False
        for line in self.lines:
            has_ended |= line.by_coordinator and line.kind == "SESSION_CLOSE"
            # A GOODBYE after the end is neither refused nor told to anybody (SPEC 14.5).
            line.is_passed_on = (not line.by_coordinator and line.refusal is None and line.kind in RELAYED and
                                 not (has_ended and line.kind == "GOODBYE"))

    @staticmethod
    def _refused(line):
        """The id of the message that this line refuses, if it does."""
        if not line.by_coordinator or line.kind not in ("PROTOCOL_ERROR", "OP_REJECT"):
            return None
        extensions = {**(line.said.get("extensions") or {}), **(line.payload.get("extensions") or {})}
        if extensions.get("warning") or "mpac_cluster.kept_from_lamport" in extensions:
            return None
        return line.said.get("in_reply_to")
