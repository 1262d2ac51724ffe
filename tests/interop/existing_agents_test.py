#!/usr/bin/env python3
"""What existing agents say and wait for, in their order, shapes and time: two machines share a workspace.

Their habits: HELLO with roles alone, numbers that count only their own letters, no heartbeat, no ttl, announcements
on the same file by both, commits on what they have read, a rebase after STALE_STATE_REF (looked for one second,
nothing else is), a withdrawal after every task whatever became of its intent, GOODBYE with a reason of their own.

usage: existing_agents_test.py MPAC_CLUSTER
"""
import asyncio
import hashlib
import json
import pathlib
import tempfile
import time

from hub_case import HubCase, main
from visitor import Visitor

FILES = {"api.py": "def get():\n    pass\n", "auth.py": "def login():\n    pass\n", "utils.py": "X = 1\n"}
CAPABILITIES = ["intent.broadcast", "op.propose", "op.commit", "intent.update", "intent.withdraw", "intent.claim",
                "conflict.ack", "conflict.escalate", "governance.override"]


def ref(content):
    return "sha256:" + hashlib.sha256(content.encode()).hexdigest()[:16]


class ExistingAgent(Visitor):
    """Reads as they do: protocol messages and sideband objects apart, any frame they cannot read is the end."""

    def __init__(self, socket, name, session):
        super().__init__(socket, f"agent:{name}", session)
        self.name = name
        self.protocol, self.sideband = asyncio.Queue(), asyncio.Queue()
        self.listener = asyncio.create_task(self.listen())

    async def listen(self):
        async for raw in self.socket:
            message = json.loads(raw)
            assert isinstance(message, dict) and len(raw.encode()) <= 1048576
            if "message_type" in message:
                assert isinstance(message["sender"], dict) and isinstance(message["payload"], dict), message
                assert isinstance(message["payload"].get("scope", {}), dict), message
                self.protocol.put_nowait(message)
            else:
                self.sideband.put_nowait(message)

    async def wait_for(self, queue, seconds, kind=None):
        """The next message of this kind within the time these agents give it; others are thrown away, as they do."""
        end = time.monotonic() + seconds
        while True:
            message = await asyncio.wait_for(queue.get(), end - time.monotonic())
            if kind in (None, message.get("message_type"), message.get("type")):
                return message

    async def joins(self):
        await self.say("HELLO", display_name=self.name, roles=["contributor"], capabilities=CAPABILITIES)
        return (await self.wait_for(self.protocol, 30))["message_type"] == "SESSION_INFO"

    async def list_files(self):
        await self.ask("FILE_LIST")
        return (await self.wait_for(self.sideband, 10, "FILE_LIST_RESPONSE"))["files"]

    async def read_file(self, path):
        await self.ask("FILE_READ", path=path)
        answer = await self.wait_for(self.sideband, 10, "FILE_CONTENT")
        return answer["content"], answer["state_ref"]

    async def commits(self, intent, op, path, content, before):
        """As they judge it: refused if STALE_STATE_REF comes within a second, else done."""
        letter = await self.say("OP_COMMIT", op_id=op, intent_id=intent, target=path, op_kind="replace",
                                state_ref_before=before, state_ref_after=ref(content),
                                file_changes={path: {"content": content, "state_ref_before": before}})
        end = time.monotonic() + 1.0
        while True:
            message = await asyncio.wait_for(self.protocol.get(), end - time.monotonic())
            if message["message_type"] == "PROTOCOL_ERROR":
                assert message["payload"]["error_code"] == "STALE_STATE_REF", message
                return False
            if message["message_id"] == letter["message_id"]:
                return True

    async def announces(self, intent, *files):
        return await self.say("INTENT_ANNOUNCE", intent_id=intent, objective=f"{self.name} works", scope={
            "kind": "file_set", "resources": list(files)})


class TwoMachines(HubCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mpac-interop-")
        cls.addClassCleanup(folder.cleanup)
        for name, content in FILES.items():
            (pathlib.Path(folder.name) / name).write_text(content)
        cls.settings = {"session.id": "collab-session-001", "session.workspace_dir": folder.name}
        super().setUpClass()

    async def agent(self, name):
        return ExistingAgent(await self.connect("", compression="deflate"), name, "collab-session-001")

    async def test_their_conversation_goes_through(self):
        """[14.1-01] [14.2-01] [15.6.1-01] [15.6.1-03] [16.3-01] [17.8.1-01] [17.3-01] [17.4-01] [18.4-01] [14.4-01]"""
        alice, bob = await self.agent("Alice"), await self.agent("Bob")
        people = (alice, bob)
        for person in people:
            self.assertTrue(await person.joins(), "SESSION_INFO is the first frame")
        for person in people:
            self.assertEqual([(each["path"], each["size"], each["state_ref"]) for each in await person.list_files()],
                             [(path, len(content), ref(content)) for path, content in FILES.items()])

        # Both want the same file, both are told, both go on.
        await alice.announces("intent-alice-1", "auth.py")
        await alice.wait_for(alice.protocol, 5.5, "INTENT_ANNOUNCE")
        await bob.announces("intent-bob-1", "auth.py", "utils.py")
        for person in people:
            report = (await person.wait_for(person.protocol, 5.5, "CONFLICT_REPORT"))["payload"]
            self.assertEqual((report["category"], report["intent_a"], report["intent_b"]),
                             ("scope_overlap", "intent-bob-1", "intent-alice-1"))
        read = {person: await person.read_file("auth.py") for person in people}
        mine = read[alice][0] + "# Alice\n"
        self.assertTrue(await alice.commits("intent-alice-1", "op-alice-auth-py", "auth.py", mine, read[alice][1]))
        await bob.wait_for(bob.sideband, 10, "FILE_UPDATED")
        lost = read[bob][0] + "# Bob\n"
        self.assertFalse(await bob.commits("intent-bob-1", "op-bob-auth-py", "auth.py", lost, read[bob][1]))
        content, before = await bob.read_file("auth.py")
        self.assertEqual((content, before), (mine, ref(mine)))
        both = content + "# Bob\n"
        self.assertTrue(await bob.commits("intent-bob-1", "op-bob-auth-py-r1", "auth.py", both, before))
        content, before = await bob.read_file("utils.py")
        self.assertTrue(await bob.commits("intent-bob-1", "op-bob-utils-py", "utils.py", content + "Y = 2\n", before))
        for person, intent in ((alice, "intent-alice-1"), (bob, "intent-bob-1")):
            await person.say("INTENT_WITHDRAW", intent_id=intent, reason="task_completed")
        for person in people:
            for intent in ("intent-alice-1", "intent-bob-1"):
                withdrawn = await person.wait_for(person.protocol, 3, "INTENT_WITHDRAW")
                self.assertEqual(withdrawn["payload"], {"intent_id": intent, "reason": "task_completed"})

        # The second task on the same file: the same ids again, one yields, the other commits.
        await alice.announces("intent-alice-1", "auth.py")
        await bob.announces("intent-bob-1", "auth.py")
        for person in people:
            await person.wait_for(person.protocol, 5.5, "CONFLICT_REPORT")
        await bob.say("INTENT_WITHDRAW", intent_id="intent-bob-1", reason="yielded")
        seen = await alice.wait_for(alice.protocol, 3, "INTENT_WITHDRAW")
        self.assertEqual((seen["sender"]["principal_id"], seen["payload"]["reason"]), ("agent:Bob", "yielded"))
        content, before = await alice.read_file("auth.py")
        self.assertEqual(content, both)
        self.assertTrue(await alice.commits("intent-alice-1", "op-alice-auth-py", "auth.py", content + "# 2\n", before))
        # A commit under an intent that has ended, and a withdrawal of it: they go on whatever they hear.
        content, before = await bob.read_file("api.py")
        self.assertTrue(await bob.commits("intent-bob-1", "op-bob-api-py", "api.py", content + "# 2\n", before))
        await bob.say("INTENT_WITHDRAW", intent_id="intent-bob-1", reason="task_completed")

        for person in people:
            await person.say("GOODBYE", reason="completed", intent_disposition="withdraw")
        for person in people:
            self.assertEqual({each["path"]: each["state_ref"] for each in await self.files_of_the_hub()},
                             {"api.py": ref(FILES["api.py"] + "# 2\n"), "auth.py": ref(both + "# 2\n"),
                              "utils.py": ref(FILES["utils.py"] + "Y = 2\n")})
            self.assertFalse(person.listener.done(), "nothing has made it deaf")
            await person.socket.close()

    async def files_of_the_hub(self):
        return self.hub.admin("GET", "/api/v1/sessions/collab-session-001/files")[2]["files"]


class Escalation(HubCase):
    settings = {"session.compliance_profile": "governance"}

    async def test_two_owners_dispute_and_an_arbiter_decides(self):
        """[17.3-01] [17.4-01] [17.4-03] [17.8.1-03] [17.8.1-10] [18.4-01]
        A RESOLUTION without id, an arbiter that calls itself an agent, and the loser's withdrawal of what the outcome
        has ended already."""
        alice, bob = await self.join("agent:Alice", "agent:Bob", roles=["owner"])
        judge = await self.join("human:arbiter", roles=["arbiter"])
        people = (alice, bob, judge)
        await alice.announce("intent-alice", "components/nav.tsx", "styles/layout.css")
        await bob.hears("INTENT_ANNOUNCE", intent_id="intent-alice")
        await bob.announce("intent-bob", "components/nav.tsx", "components/sidebar.tsx")
        for person in people:
            if person is not bob:
                await person.hears("INTENT_ANNOUNCE", intent_id="intent-alice")
            await person.hears("INTENT_ANNOUNCE", intent_id="intent-bob")
        dispute = (await alice.hears("CONFLICT_REPORT", intent_a="intent-bob"))["payload"]["conflict_id"]
        await bob.hears("CONFLICT_REPORT", conflict_id=dispute)
        for person in (alice, bob):
            await person.say("CONFLICT_ACK", conflict_id=dispute, ack_type="disputed")
            self.assertIn("CONFLICT_ACK", [each["message_type"] for each in await person.all_heard()])
        await alice.say("CONFLICT_ESCALATE", conflict_id=dispute, escalate_to="human:arbiter", reason="both dispute it",
                        context="mega-menu against hamburger")
        await alice.all_heard()
        self.assertIn("CONFLICT_ESCALATE", [each["message_type"] for each in await judge.all_heard()])
        self.assertEqual(self.states("conflicts", "conflict_id"), {dispute: "ESCALATED"})
        await judge.say("RESOLUTION", conflict_id=dispute, decision="human_override", rationale="first come",
                        outcome={"accepted": ["intent-alice"], "rejected": ["intent-bob"], "merged": []})
        self.assertNotIn("PROTOCOL_ERROR", [each["message_type"] for each in await judge.all_heard()])
        resolution, = [each for each in await bob.all_heard() if each["message_type"] == "RESOLUTION"]
        self.assertTrue(matches_resolution(resolution, dispute), resolution)
        await bob.say("INTENT_WITHDRAW", intent_id="intent-bob", reason="the arbiter ruled for Alice")
        await bob.all_heard()
        await alice.commit("op-alice", "components/nav.tsx", "hash-nav-1", "hash-nav-2", intent_id="intent-alice")
        self.assertIn("OP_COMMIT", [each["message_type"] for each in await alice.all_heard()])
        self.assertEqual(self.states("conflicts", "conflict_id"), {dispute: "CLOSED"})
        self.assertEqual(self.states("operations", "op_id"), {"op-alice": "COMMITTED"})


def matches_resolution(message, dispute):
    payload = message["payload"]
    return payload["conflict_id"] == dispute and payload["decision"] == "human_override" and payload["rationale"]


if __name__ == "__main__":
    main()
