"""A coordinator of the early kind: what is known of those that are about, where their wire differs from our hub's.

- It never says which message it answers, has no extensions, and ends a connection with 1011 for what it can't read:
  members of an envelope that it does not know among it.
- It passes on seven kinds of messages, their sender included. Of a batch, a supersession, a report, a proposal, a
  heartbeat and a GOODBYE nobody hears, success is silent, and OP_REJECT is not known at all.
- Only the two parties hear of a conflict, in a form of its own; only the claimer hears of a claim.
- Who holds a file refuses it to the others; groups of tasks overlap with a report.
- A commit is judged by the last one of its target, and a file by its own state: one that has moved is not written,
  and nobody is told.
- Losses are told with the lost one's name where others refer to a message.
"""
import asyncio
import hashlib
import json
import logging
import threading
import uuid

import websockets

PATIENCE = 30  # seconds, for a machine under load
logging.getLogger("websockets").setLevel(logging.CRITICAL)  # clients come and go

MEMBERS = {"protocol", "version", "message_type", "message_id", "session_id", "sender", "ts", "payload", "watermark",
           "coordinator_epoch"}
RELAYED = ("OP_COMMIT", "INTENT_ANNOUNCE", "INTENT_WITHDRAW", "INTENT_UPDATE", "CONFLICT_ACK", "CONFLICT_ESCALATE",
           "RESOLUTION")
LIVE = ("ACTIVE", "SUSPENDED")


def ref(content):
    return "sha256:" + hashlib.sha256(content.encode()).hexdigest()[:16]


def entries(scope):
    return set(scope.get("resources") or scope.get("task_ids") or scope.get("entities") or ())


class Unreadable(Exception):
    """The connection ends."""


class EarlyCoordinator:
    """One session for whoever comes; on a thread of its own, for use as a context."""

    def __init__(self, files=None, execution_model="post_commit"):
        self.session, self.execution_model = "demo", execution_model
        self.files = dict(files or {})
        self.people, self.intents, self.operations, self.conflicts, self.refs = {}, {}, {}, {}, {}
        self.sockets, self.heard = {}, []
        self.lamport = 0
        self.ready = threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True)
        self.thread.start()
        assert self.ready.wait(PATIENCE)
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.over.set)
        self.thread.join(PATIENCE)

    async def serve(self):
        self.loop, self.over = asyncio.get_running_loop(), asyncio.Event()
        async with websockets.serve(self.listen, "127.0.0.1", 0, close_timeout=1) as server:
            self.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            self.ready.set()
            await self.over.wait()

    def within(self, coroutine):
        """Runs it among the connections; for tests, from outside."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(PATIENCE)

    def lose(self, principal):
        """Nothing has been heard of somebody for too long."""
        self.within(self.lost(principal))

    def cut(self):
        """All connections break."""
        self.within(self.close_all())

    async def close_all(self):
        for socket in list(self.sockets.values()):
            await socket.close(1011)

    async def listen(self, socket):
        name = None
        try:
            async for text in socket:
                said = json.loads(text)
                if "type" in said:
                    await socket.send(json.dumps(self.beside(said)))
                    continue
                if not set(said) <= MEMBERS:
                    raise Unreadable(set(said) - MEMBERS)
                if said["message_type"] == "HELLO":
                    name = said["sender"]["principal_id"]
                    self.sockets[name] = socket
                await self.take(said, socket)
        except websockets.ConnectionClosed:
            pass
        finally:
            if self.sockets.get(name) is socket:
                del self.sockets[name]

    async def take(self, said, socket):
        kind, who, payload = said["message_type"], said["sender"]["principal_id"], said["payload"]
        self.heard.append((kind, who, payload))
        if kind != "HELLO" and who not in self.people:
            answers = [self.error("INVALID_REFERENCE", said, f"unknown principal {who}")]
        else:
            handle = getattr(self, "on_" + kind.lower(), None)
            answers = (handle(said, who, payload) if handle else None) or []
        is_refused = any(each["message_type"] == "PROTOCOL_ERROR" for each in answers)
        if kind in RELAYED and not is_refused:
            written = payload.pop("file_changes", {})
            await self.tell(said)
            for path, change in written.items():
                await self.write(path, change, who)
        for each in answers:
            if each["message_type"] == "CONFLICT_REPORT":
                await self.tell(each, (each["payload"]["principal_a"], each["payload"]["principal_b"]))
            elif each["message_type"] in ("COORDINATOR_STATUS", "INTENT_DEFERRED", "RESOLUTION"):
                await self.tell(each)
            else:
                await socket.send(json.dumps(each))

    async def tell(self, what, whom=None):
        text = json.dumps(what)
        sockets = [socket for name, socket in self.sockets.items() if whom is None or name in whom]
        await asyncio.gather(*(each.send(text) for each in sockets), return_exceptions=True)

    async def write(self, path, change, who):
        if path in self.files and ref(self.files[path]) != change.get("state_ref_before", ""):
            return
        self.files[path] = change["content"]
        await self.tell({"type": "FILE_UPDATED", "path": path, "state_ref": ref(change["content"]), "updated_by": who})

    async def lost(self, who):
        for each in self.intents.values():
            if each["principal_id"] == who and each["state"] == "ACTIVE":
                each["state"] = "SUSPENDED"
        self.people[who]["is_available"] = False
        await self.tell(self.message("PROTOCOL_ERROR", error_code="PARTICIPANT_UNAVAILABLE", refers_to=who,
                                     description=f"{who} not heard of for 90.0 seconds"))

    def message(self, kind, **payload):
        self.lamport += 1
        name = f"service:coordinator-{self.session}"
        return {"protocol": "MPAC", "version": "0.1.13", "message_type": kind, "message_id": str(uuid.uuid4()),
                "session_id": self.session, "ts": "2026-01-01T00:00:00.000001Z", "payload": payload,
                "sender": {"principal_id": name, "principal_type": "service",
                           "sender_instance_id": f"{name}:epoch-1"},
                "watermark": {"kind": "lamport_clock", "value": self.lamport}, "coordinator_epoch": 1}

    def error(self, code, about, description):
        return self.message("PROTOCOL_ERROR", error_code=code, refers_to=about["message_id"], description=description)

    # Beside the protocol

    def beside(self, said):
        if said["type"] == "FILE_LIST":
            return {"type": "FILE_LIST_RESPONSE", "files": [
                {"path": path, "state_ref": ref(text), "size": len(text)} for path, text in sorted(self.files.items())]}
        if said["type"] == "FILE_READ":
            path = said["path"]
            if path not in self.files:
                return {"type": "FILE_ERROR", "path": path, "error": "File not found"}
            return {"type": "FILE_CONTENT", "path": path, "content": self.files[path],
                    "state_ref": ref(self.files[path])}
        if said["type"] != "SESSION_SUMMARY":
            raise Unreadable(said["type"])
        live = [each for each in self.intents.values() if each["state"] in LIVE]
        open_ones = [each for each in self.conflicts.values() if each["state"] != "CLOSED"]
        return {"type": "SESSION_SUMMARY_RESPONSE", "session": {
            "session_id": self.session, "workspace_dir": None, "captured_at": "2026-01-01T00:00:00Z",
            "participant_count": len(self.people), "active_intent_count": len(live),
            "open_conflict_count": len(open_ones), "participants": list(self.people.values()),
            "active_intents": live, "open_conflicts": open_ones}}

    # The messages

    def on_hello(self, _, who, payload):
        self.people[who] = {"principal_id": who, "display_name": payload.get("display_name", who),
                            "roles": payload["roles"], "status": "idle", "is_available": True,
                            "last_seen": "2026-01-01T00:00:00Z"}
        return [self.message(
            "SESSION_INFO", session_id=self.session, protocol_version="0.1.13", security_profile="open",
            compliance_profile="core", watermark_kind="lamport_clock", execution_model=self.execution_model,
            state_ref_format="sha256", participant_count=len(self.people), granted_roles=payload["roles"],
            governance_policy={"require_acknowledgment": True, "intent_expiry_grace_sec": 30.0},
            liveness_policy={"heartbeat_interval_sec": 30.0, "unavailability_timeout_sec": 90.0,
                             "intent_claim_grace_period_sec": 0.0, "resolution_timeout_sec": 300.0},
            identity_verified=True, compatibility_errors=[])]

    def on_goodbye(self, _, who, __):
        self.people[who]["is_available"] = False
        for each in self.intents.values():
            if each["principal_id"] == who and each["state"] in LIVE:
                each["state"] = "WITHDRAWN"

    def reports(self, mine):
        """One for each overlap with somebody else's."""
        made = []
        for other in self.intents.values():
            if other["principal_id"] == mine["principal_id"] or other["state"] not in LIVE:
                continue
            if not entries(mine["scope"]) & entries(other["scope"]):
                continue
            conflict = {"conflict_id": str(uuid.uuid4()), "category": "scope_overlap", "severity": "medium",
                        "principal_a": mine["principal_id"], "principal_b": other["principal_id"],
                        "intent_a": mine["intent_id"], "intent_b": other["intent_id"]}
            self.conflicts[conflict["conflict_id"]] = {**conflict, "state": "OPEN"}
            made.append(self.message("CONFLICT_REPORT", **conflict))
        return made

    def begin(self, intent, who, objective, scope):
        self.intents[intent] = {"intent_id": intent, "principal_id": who, "objective": objective, "state": "ACTIVE",
                                "scope": scope, "claimed_by": None}
        return self.intents[intent]

    def on_intent_announce(self, said, who, payload):
        wanted = set(payload["scope"].get("resources") or ())
        for each in self.intents.values():
            if each["principal_id"] != who and each["state"] == "ACTIVE" and wanted & entries(each["scope"]):
                return [self.error("STALE_INTENT", said, f"{sorted(wanted)} held by {each['intent_id']}")]
        return self.reports(self.begin(payload["intent_id"], who, payload["objective"], payload["scope"]))

    def own(self, who, payload):
        known = self.intents.get(payload["intent_id"])
        return known if known and known["principal_id"] == who and known["state"] == "ACTIVE" else None

    def on_intent_update(self, _, who, payload):
        mine = self.own(who, payload)
        if mine and "scope" in payload:
            mine["scope"] = payload["scope"]
            return self.reports(mine)
        return []

    def on_intent_withdraw(self, _, who, payload):
        if mine := self.own(who, payload):
            mine["state"] = "WITHDRAWN"

    def on_intent_deferred(self, _, who, payload):
        return [self.message("INTENT_DEFERRED", deferral_id=payload["deferral_id"], principal_id=who,
                             scope=payload["scope"], reason=payload.get("reason", "yielded"),
                             expires_at="2026-01-01T00:01:00.000001+00:00", category="queue")]

    def on_intent_claim(self, said, who, payload):
        lost = self.intents.get(payload["original_intent_id"])
        if not lost or lost["state"] != "SUSPENDED":
            return [self.error("INVALID_REFERENCE", said, f"{payload['original_intent_id']} is not suspended")]
        lost["state"] = "TRANSFERRED"
        self.begin(payload["new_intent_id"], who, payload["objective"], payload["scope"])
        return [self.message("INTENT_CLAIM_STATUS", claim_id=payload["claim_id"], decision="approved",
                             original_intent_id=payload["original_intent_id"], new_intent_id=payload["new_intent_id"])]

    def terminal(self, intent):
        return intent in self.intents and self.intents[intent]["state"] not in LIVE

    def on_op_propose(self, _, who, payload):
        if self.terminal(payload.get("intent_id")):
            return [self.message("OP_REJECT", op_id=payload["op_id"], reason="intent_terminated")]
        self.operations[payload["op_id"]] = "PROPOSED"
        if self.execution_model == "pre_commit":
            return [self.message("COORDINATOR_STATUS", event="authorization", session_health="healthy",
                                 coordinator_id=f"service:coordinator-{self.session}",
                                 authorized_op_id=payload["op_id"],
                                 authorized_by=f"service:coordinator-{self.session}")]
        return []

    def is_stale(self, change):
        known = self.refs.get(change["target"])
        return bool(known and change.get("state_ref_before") and change["state_ref_before"] != known)

    def on_op_commit(self, said, _, payload):
        if self.execution_model == "post_commit":
            if self.is_stale(payload):
                return [self.error("STALE_STATE_REF", said, f"{payload['target']} has moved")]
            self.refs[payload["target"]] = payload.get("state_ref_after")
        self.operations[payload["op_id"]] = "COMMITTED"
        return []

    def on_op_batch_commit(self, _, __, payload):
        refused = [each["op_id"] for each in payload["operations"]
                   if self.terminal(each.get("intent_id", payload.get("intent_id")))]
        if payload.get("atomicity") != "best_effort" and refused:
            return [self.message("OP_REJECT", op_id=payload["batch_id"], reason="batch_validation_failed",
                                 rejected_ops=refused)]
        return [self.message("OP_REJECT", op_id=each, reason="intent_terminated") for each in refused]

    def on_op_supersede(self, said, _, payload):
        if self.operations.get(payload["supersedes_op_id"]) != "COMMITTED":
            return [self.error("INVALID_REFERENCE", said, f"{payload['supersedes_op_id']} is not committed")]
        return []

    def on_conflict_ack(self, _, __, payload):
        if payload["conflict_id"] in self.conflicts:
            self.conflicts[payload["conflict_id"]]["state"] = "ACKED"

    def on_conflict_escalate(self, _, __, payload):
        if payload["conflict_id"] in self.conflicts:
            self.conflicts[payload["conflict_id"]].update(state="ESCALATED", escalated_to=payload["escalate_to"])

    def on_resolution(self, said, who, payload):
        known = self.conflicts.get(payload["conflict_id"])
        if not known:
            return [self.error("INVALID_REFERENCE", said, f"unknown conflict {payload['conflict_id']}")]
        if known["state"] == "CLOSED":
            return [self.error("RESOLUTION_CONFLICT", said, "resolved already")]
        if not {"owner", "arbiter"} & set(self.people[who]["roles"]):
            return [self.error("AUTHORIZATION_FAILED", said, f"{who} may not resolve {payload['conflict_id']}")]
        known["state"] = "CLOSED"
        return []
