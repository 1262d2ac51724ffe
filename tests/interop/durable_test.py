#!/usr/bin/env python3
"""What outlives the hub: it is ended by SIGTERM or SIGKILL, and comes back to the same data folder.

usage: durable_test.py MPAC_CLUSTER
"""
import asyncio
import hashlib
import json
import pathlib
import signal
import struct
import tempfile
import time
from datetime import datetime, timezone

from hub_case import PROGRAM, HubCase, main
from mortal_hub import MortalHub
from running_hub import PATIENCE, arguments, run


def ref(content):
    return "sha256:" + hashlib.sha256(content.encode()).hexdigest()[:16]


class Restarted(HubCase):
    """Each test has a hub of its own, and ends it as it likes."""

    ways = (signal.SIGTERM, signal.SIGKILL)

    @classmethod
    def setUpClass(cls):
        pass

    def start(self, **settings):
        folder = tempfile.TemporaryDirectory(prefix="mpac-interop-", ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.hub = MortalHub(PROGRAM, self.folder / "data", settings)
        self.addCleanup(lambda: (self.hub.process.kill(), self.hub.process.wait(PATIENCE)))
        self.begin()

    async def end(self, how):
        if how == signal.SIGTERM:
            self.hub.leave()
            await asyncio.to_thread(self.hub.left)  # it takes its leave of visitors who have to answer
        else:
            self.hub.die()

    def begin(self):
        self.hub.begin()
        self.hub.is_ready()

    async def restart(self, how=signal.SIGKILL):
        await self.end(how)
        self.begin()

    def transcript(self):
        status, _, content = self.hub.admin("GET", f"/api/v1/sessions/{self.session}/transcript")
        self.assertEqual(status, 200, content)
        return content

    async def back(self, before, instance=None, **hello):
        """The same principal on a new connection: as the process it was, unless it has another instance."""
        visitor = await self.visit(before.principal)
        visitor.instance = instance or before.instance
        visitor.lamport = 0 if instance else before.lamport
        await visitor.hello("owner", **hello)
        return visitor

    async def for_each_way(self, scenario, **settings):
        for how in self.ways:
            with self.subTest(how=how.name):
                self.start(**settings)
                await scenario(how)
                await self.end(signal.SIGTERM)

    async def test_a_session_survives(self):
        """[8.1.1.2-01] [8.1.1.2-20] [8.1.1.3-01] [8.1.1.3-06] [7.7-04] All that anybody was told is there again."""
        lasting = ("intents", "operations", "conflicts", "target_state_refs", "session_closed", "created_at",
                   "governance_policy", "liveness_policy", "lifecycle_policy", "execution_model")

        async def scenario(how):
            alice, bob = await self.join("alice", "bob", roles=["owner"])
            await alice.announce("i1", "a.py")
            await bob.announce("i2", "a.py", ttl_sec=1000)
            await alice.commit("o1", "b.py", "r0", "r1", intent_id="i1")
            await bob.say("OP_BATCH_COMMIT", batch_id="b1", intent_id="i2", atomicity="all_or_nothing", operations=[
                {"op_id": f"o{number}", "target": f"{number}.py", "op_kind": "replace", "state_ref_before": "r0",
                 "state_ref_after": "r1"} for number in (2, 3)])
            await self.settled(alice, bob)
            conflict, = self.snapshot()["conflicts"]
            await alice.say("CONFLICT_ESCALATE", conflict_id=conflict["conflict_id"], escalate_to="bob", reason="yours")
            await self.settled(alice, bob)
            told, said = self.snapshot(), self.transcript()["messages"]
            await self.restart(how)
            kept = self.snapshot()
            for name in lasting:
                self.assertEqual(kept[name], told[name], name)
            self.assertEqual(kept["conflicts"][0]["state"], "ESCALATED")
            self.assertEqual(len(kept["operations"]), 3)
            self.assertEqual([who["principal_id"] for who in kept["participants"]], ["alice", "bob"])
            self.assertGreaterEqual(kept["lamport_clock"], told["lamport_clock"])
            self.assertEqual(self.transcript()["messages"][:len(said)], said)
        await self.for_each_way(scenario)

    async def test_files_survive(self):
        """[9.5-01] [8.1.1.3-01] As they were committed, and not as the folder has them that they came from."""
        async def scenario(how):
            alice = await self.join("alice")
            await alice.commit("o1", "a.py", ref("one\n"), ref("two\n"),
                               file_changes={"a.py": {"content": "two\n", "state_ref_before": ref("one\n")},
                                             "new/b.py": {"content": "b\n", "state_ref_before": ""}})
            await self.settled(alice)
            (self.shared / "a.py").write_text("three\n")
            await self.restart(how)
            alice = await self.back(alice)
            for path, content in (("a.py", "two\n"), ("new/b.py", "b\n")):
                await alice.ask("FILE_READ", path=path)
                while (answer := await alice.next()).get("type") != "FILE_CONTENT":
                    pass
                self.assertEqual((answer["content"], answer["state_ref"]), (content, ref(content)))
            letter = await alice.commit("o2", "a.py", ref("one\n"), ref("x"), file_changes={
                "a.py": {"content": "x", "state_ref_before": ref("one\n")}})
            await alice.is_refused("STALE_STATE_REF", letter)
            (self.shared / "a.py").write_text("one\n")
        with tempfile.TemporaryDirectory(prefix="mpac-interop-") as folder:
            self.shared = pathlib.Path(folder)
            (self.shared / "a.py").write_text("one\n")
            await self.for_each_way(scenario, **{"session.workspace_dir": folder})

    async def test_what_is_closed_stays_closed(self):
        """[14.5-02] [14.5-05]"""
        async def scenario(how):
            alice = await self.join("alice")
            await alice.announce("i1", "a.py")
            await alice.all_heard()
            self.assertEqual(self.hub.admin("DELETE", f"/api/v1/sessions/{self.session}")[0], 200)
            await self.restart(how)
            late = await self.visit("alice")
            hello = await late.say("HELLO", display_name="alice", roles=[], capabilities=[])
            await late.is_refused("SESSION_CLOSED", hello)
            kept = self.snapshot()
            self.assertEqual((kept["session_closed"], kept["close_reason"]), (True, "manual"))
            self.assertEqual([each["state"] for each in kept["intents"]], ["WITHDRAWN"])
            self.assertEqual(sum(each["message_type"] == "SESSION_CLOSE" for each in self.transcript()["messages"]), 1)
        await self.for_each_way(scenario)

    async def test_whoever_is_answered_that_it_is_closed_finds_it_closed(self):
        """[14.5-05] The answer is no earlier than what it tells is kept."""
        self.start()
        for number in range(10):
            self.session = f"closed-{number}"
            alice = await self.join("alice")
            await alice.write_at_once(*(alice.envelope("HEARTBEAT", {"status": "idle"}) for _ in range(100)))
            status = (await asyncio.to_thread(self.hub.admin, "DELETE", f"/api/v1/sessions/{self.session}"))[0]
            await self.restart()
            self.assertEqual((status, self.snapshot()["session_closed"]), (200, True))

    async def test_an_idle_session_leaves_memory_and_comes_back_unnoticed(self):
        """[8.1.1.3-08] In the same life of the hub nothing has to recover: the epoch is the same."""
        self.start(**{"store.idle_unload_sec": 0.05, "session.liveness.heartbeat_interval_sec": 0.1,
                      "session.liveness.unavailability_timeout_sec": 0.3})
        alice = await self.join("alice")
        await alice.commit("o1", "a.py", "r0", "r1")
        await alice.hears("OP_COMMIT")
        await alice.say("GOODBYE", reason="user_exit")
        await alice.hears("GOODBYE")
        await alice.socket.close()
        end = time.monotonic() + PATIENCE
        while self.hub.admin("GET", "/api/v1/sessions")[2]["sessions"][0]["loaded"]:
            self.assertLess(time.monotonic(), end, "the session stays in memory")
        again = await self.back(alice)
        self.assertEqual(again.welcome["coordinator_epoch"], alice.welcome["coordinator_epoch"])
        self.assertGreater(again.welcome["watermark"]["value"], alice.welcome["watermark"]["value"])
        self.assertEqual((await again.hears_nothing())["participant_count"], 1)
        self.assertEqual(self.snapshot()["target_state_refs"], {"a.py": "r1"})

    async def test_every_life_has_an_epoch_of_its_own(self):
        """[8.1.1.2-21] [8.1.1.3-02] [8.1.1.3-04] [12.7-02] [12.7-07] Also where the hub dies as soon as it is there."""
        self.start()
        alice = await self.join("alice")
        epochs, clocks = [alice.welcome["coordinator_epoch"]], [alice.welcome["watermark"]["value"]]
        self.assertEqual(epochs, [1])
        for how in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
            await self.end(how)
            self.hub.begin()
            self.hub.die()  # before anybody was told anything
            self.begin()
            alice = await self.back(alice)
            epochs.append(alice.welcome["coordinator_epoch"])
            clocks.append(alice.welcome["watermark"]["value"])
            self.assertTrue(alice.welcome["sender"]["sender_instance_id"].endswith(f":epoch-{epochs[-1]}"))
        for values in (epochs, clocks):
            self.assertEqual(values, sorted(set(values)))

    async def test_who_comes_back_goes_on(self):
        """[8.1.1.3-07] [8.1.1.3-08] [12.7-07] [12.7-11] SESSION_INFO first, then that the coordinator has recovered."""
        async def scenario(how):
            alice = await self.join("alice", roles=["owner"])
            await alice.announce("i1", "a.py")
            await alice.all_heard()
            await self.restart(how)
            again = await self.back(alice)
            status = await again.hears("COORDINATOR_STATUS", event="recovered")
            self.assertGreater(status["watermark"]["value"], again.welcome["watermark"]["value"])
            letter = await again.say("INTENT_UPDATE", intent_id="i1", objective="the same, and more")
            await again.echoed(letter)
            bob = await self.join("bob")  # who has not been here before has nothing to recover from
            await bob.hears_nothing()
        await self.for_each_way(scenario)

    async def test_what_an_incarnation_has_used_stays_used(self):
        """[8.1.1.2-24] [12.7-08] [12.7-10] [12.7-12] A new incarnation counts from the beginning."""
        self.start()
        alice = await self.join("alice")
        for number in range(5):
            await alice.announce(f"i{number}", f"{number}.py")
        await alice.all_heard()
        await self.restart()
        again = await self.visit("alice")
        await again.hello()  # the same instance, and its counter begins anew
        await again.hears("COORDINATOR_STATUS", event="recovered")
        await again.is_refused("MALFORMED_MESSAGE", await again.announce("i9", "9.py"), "Lamport")
        reborn = await self.back(alice, "alice:2")
        letter = await reborn.announce("i9", "9.py")
        self.assertIn(letter, await reborn.all_heard())

    async def test_what_was_missed_is_told(self):
        """[12.8-01] Also what was told before the hub died, to whoever asks for it."""
        async def scenario(how):
            alice, bob = await self.join("alice", "bob", roles=["owner"])
            first = await alice.announce("i1", "a.py")
            await bob.echoed(first)
            await bob.socket.close()
            missed = [await alice.announce("i2", "b.py"), await alice.say("INTENT_WITHDRAW", intent_id="i1")]
            await alice.all_heard()
            await self.restart(how)
            asked, lamport = {"after_message_id": first["message_id"]}, bob.lamport
            for _ in range(2):
                again = await self.visit("bob")
                again.lamport = lamport
                await again.write(again.envelope(
                    "HELLO", {"display_name": "bob", "roles": ["owner"], "capabilities": []},
                    extensions={"mpac_cluster.missed": asked}))
                info = await again.hears("SESSION_INFO")
                if "after_lamport" not in asked:
                    await again.hears("COORDINATOR_STATUS", event="recovered")
                for each in missed:
                    await again.echoed(each)
                # Who has heard the coordinator since may still ask for what came after the frame that it names.
                asked["after_lamport"], lamport = info["watermark"]["value"], again.lamport
        await self.for_each_way(scenario)

    async def test_a_stop_merely_pauses_a_session(self):
        """[9.6.1-13] Its people are asked to come back, and it does not end."""
        self.start()
        alice = await self.join("alice")
        stranger = await self.visit("stranger")
        self.hub.leave()
        for person in (alice, stranger):
            self.assertEqual((await person.closed())[0], 1012)
        await asyncio.to_thread(self.hub.left)
        self.begin()
        self.assertFalse(self.snapshot()["session_closed"])
        self.assertNotIn("SESSION_CLOSE", [each["message_type"] for each in self.transcript()["messages"]])

    async def test_time_goes_on_while_the_hub_is_down(self):
        """[15.3-01] [17.9-01] [8.1.1.3-01] What runs out meanwhile has run out, though nobody comes."""
        async def scenario(how):
            alice, bob = await self.join("alice", "bob")
            await alice.announce("i1", "a.py", ttl_sec=1)
            await bob.announce("i2", "a.py", ttl_sec=1)
            await self.settled(alice, bob)
            told = self.snapshot()
            await self.end(how)
            over = max(datetime.fromisoformat(each["expires_at"]) for each in told["intents"])
            left = (over - datetime.now(timezone.utc)).total_seconds()
            await asyncio.wait({asyncio.get_running_loop().create_future()}, timeout=max(left, 0))
            self.begin()
            end = time.monotonic() + PATIENCE
            while (conflict := self.snapshot()["conflicts"][0])["state"] != "DISMISSED":
                self.assertLess(time.monotonic(), end, conflict)
            self.assertEqual(self.states("intents", "intent_id"), {"i1": "EXPIRED", "i2": "EXPIRED"})
        await self.for_each_way(scenario)

    async def test_a_session_made_by_the_operator_survives_before_anybody_joined(self):
        """[9.2-01] [8.1.1.3-01] With its own policy, whatever the hub's is by then."""
        async def scenario(how):
            status, _, content = self.hub.admin("POST", "/api/v1/sessions", {
                "session_id": self.session, "compliance_profile": "governance", "execution_model": "pre_commit",
                "liveness": {"heartbeat_interval_sec": 11}})
            self.assertEqual(status, 201, content)
            await self.restart(how)
            alice = await self.join("alice")
            info = alice.welcome["payload"]
            self.assertEqual((info["compliance_profile"], info["execution_model"],
                              info["liveness_policy"]["heartbeat_interval_sec"]), ("governance", "pre_commit", 11))
            self.assertEqual(self.hub.admin("POST", "/api/v1/sessions", {"session_id": self.session})[0], 409)
        await self.for_each_way(scenario, **{"session.create": "admin"})

    def refused_to_start(self):
        """What a second hub complains of that is started on the same data folder."""
        code, _, complaint = run(PROGRAM, *arguments({"listen.port": 0, "admin.port": 0, "store.engine": "rocksdb",
                                                      "node.data_dir": str(self.hub.data)}))
        self.assertEqual(code, 3, complaint)
        return complaint

    async def test_a_snapshot_from_elsewhere_becomes_a_session(self):
        """[8.1.1.3-01] [8.1.1.3-04] [8.1.1.2-18] It goes on one epoch later; what is none ends the hub with 2."""
        self.start()
        alice = await self.join("alice")
        await alice.announce("i1", "a.py", ttl_sec=1000)
        await alice.commit("o1", "a.py", "r0", "r1", intent_id="i1")
        await self.settled(alice)
        told = self.snapshot()
        await self.end(signal.SIGTERM)
        (self.folder / "plan.json").write_text(json.dumps(told))
        (self.folder / "broken.json").write_text(json.dumps({**told, "intents": [{"intent_id": 7}]}))
        elsewhere = {**self.hub.settings, "node.data_dir": str(self.folder / "elsewhere")}

        code, _, complaint = run(PROGRAM, *arguments(elsewhere), "--import-snapshot", self.folder / "broken.json")
        self.assertEqual(code, 2)
        self.assertIn("intents[0].intent_id", complaint)
        (self.folder / "partial.json").write_text(json.dumps({**told, "redacted": ["payload.objective"]}))
        code, _, complaint = run(PROGRAM, *arguments(elsewhere), "--import-snapshot", self.folder / "partial.json")
        self.assertEqual(code, 2)
        self.assertIn("whole=true", complaint)

        self.hub = MortalHub(PROGRAM, self.folder / "elsewhere", {})
        self.hub.options = ["--import-snapshot", self.folder / "plan.json"]
        self.begin()
        taken_up = self.snapshot()
        for name in ("intents", "operations", "target_state_refs", "created_at", "governance_policy"):
            self.assertEqual(taken_up[name], told[name], name)
        self.assertEqual(taken_up["coordinator_epoch"], told["coordinator_epoch"] + 1)
        alice = await self.back(alice)
        await alice.hears("COORDINATOR_STATUS", event="recovered")
        await self.end(signal.SIGTERM)
        self.hub.options = []
        code, _, complaint = run(PROGRAM, *arguments(elsewhere), "--import-snapshot", self.folder / "plan.json")
        self.assertEqual(code, 2)
        self.assertIn("already", complaint)
        self.begin()  # what was there is there

    async def test_two_hubs_do_not_share_a_data_folder(self):
        """The second ends with 3 and says why; the first notices nothing."""
        self.start()
        alice = await self.join("alice")
        self.assertIn("in use", self.refused_to_start())
        letter = await alice.announce("i1", "a.py")
        await alice.echoed(letter)
        await self.restart()
        self.assertEqual(self.states("intents", "intent_id"), {"i1": "ACTIVE"})

    def test_a_store_of_a_newer_format_is_left_alone(self):
        """Whoever goes back to an older program is told so, instead of losing what only the newer one understands."""
        self.start()
        self.hub.die()
        log, = (self.hub.data / "store").glob("*.log")
        log.write_bytes(with_format(log.read_bytes(), b"1", b"2"))
        before = log.read_bytes()
        self.assertIn("newer", self.refused_to_start())
        self.assertTrue(not log.exists() or log.read_bytes()[:len(before)] == before)


# --- how RocksDB writes its log: records of a checksum, a length and a type, in blocks of 32 KiB ---

BLOCK = 32 * 1024
RECYCLED = 5  # record types from here on also name the log that they belong to


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def with_format(log, old, new):
    """The log, its store's format being another one of the same length."""
    log = bytearray(log)
    place = log.index(b"format" + bytes([len(old)]) + old) + len("format") + 1
    at = 0
    while True:
        size, kind = struct.unpack_from("<HB", log, at + 4)
        head = 11 if kind >= RECYCLED else 7
        if at + head + size > place:
            break
        at += head + size
        if BLOCK - at % BLOCK < 7:
            at += BLOCK - at % BLOCK
    log[place:place + len(new)] = new
    crc = crc32c(log[at + 6:at + head + size])
    struct.pack_into("<I", log, at, ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)
    return bytes(log)


if __name__ == "__main__":
    main()
