#!/usr/bin/env python3
"""The program as its operators know it: exit codes, configuration, signals, and the file that tells where it listens.

usage: process_test.py MPAC_CLUSTER
"""
import json
import pathlib
import signal
import socket
import tempfile
import time
import tomllib
import unittest

from hub_case import PROGRAM, HubCase, main
from running_hub import PATIENCE, Hub, arguments, environment, run


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Arguments(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mpac-interop-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def config(self, text):
        file = self.folder / "hub.toml"
        file.write_text(text)
        return str(file)

    def test_help_and_version(self):
        """Both are answers, not mistakes."""
        for option, word in (("--help", "--config"), ("--version", ".")):
            code, said, complaint = run(PROGRAM, option)
            self.assertEqual((code, complaint), (0, ""))
            self.assertIn(word, said)

    def test_bad_arguments_end_with_2(self):
        for options in (["--nonsense"], ["--set"], ["--set", "nonsense"], ["--set", "listen.prot=1"], ["extra"],
                        ["--config", str(self.folder / "missing.toml")], ["--set", "listen.port=70000"]):
            with self.subTest(options):
                code, _, complaint = run(PROGRAM, *options)
                self.assertEqual(code, 2)
                self.assertTrue(complaint)

    def test_every_mistake_is_told_with_its_place(self):
        file = self.config('[listen]\nprot = 1\nport = "x"\n[limits]\nburst = -1\n[nonsense]\na = 1\n')
        code, _, complaint = run(PROGRAM, "--config", file, "--check-config")
        self.assertEqual(code, 2)
        for words in ("hub.toml:2:1", "listen.prot", "listen.port", "hub.toml:3:", "hub.toml:5:", "nonsense"):
            self.assertIn(words, complaint)
        self.assertEqual(run(PROGRAM, "--config", file)[0], 2)

    def test_a_good_configuration_is_told_so(self):
        self.assertEqual(run(PROGRAM, "--check-config")[0], 0)
        self.assertEqual(run(PROGRAM, "--config", self.config("[listen]\nport = 9000\n"), "--check-config")[0], 0)

    def test_the_printed_configuration_is_a_configuration(self):
        """Complete, in effect, and readable by the hub itself."""
        file = self.config('[listen]\nport = 9000\n[sessions."a.b"]\nrace_lock = true\n')
        options = ["--config", file, "--set", "limits.burst=7"]
        code, printed, _ = run(PROGRAM, *options, "--print-config", env=environment(MPAC_NODE__NAME="envy"))
        self.assertEqual(code, 0)
        tree = tomllib.loads(printed)
        self.assertEqual((tree["listen"]["port"], tree["limits"]["burst"], tree["node"]["name"]), (9000, 7, "envy"))
        self.assertEqual(tree["session"]["liveness"]["heartbeat_interval_sec"], 30)
        self.assertTrue(tree["sessions"]["a.b"]["race_lock"])
        again = run(PROGRAM, "--config", self.config(printed), "--print-config")
        self.assertEqual(again[:2], (0, printed))

    def test_file_then_environment_then_set(self):
        file = self.config("[listen]\nport = 9000\nthreads = 3\n")
        env = environment(MPAC_LISTEN__PORT="9001", MPAC_LIMITS__BURST="11")
        tree = tomllib.loads(run(PROGRAM, "--config", file, "--set", "listen.port=9002", "--print-config", env=env)[1])
        self.assertEqual((tree["listen"]["port"], tree["listen"]["threads"], tree["limits"]["burst"]), (9002, 3, 11))
        tree = tomllib.loads(run(PROGRAM, "--config", file, "--print-config", env=env)[1])
        self.assertEqual(tree["listen"]["port"], 9001)

    def test_no_place_to_listen_ends_with_3(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            for key in ("listen.port", "admin.port"):
                settings = {"listen.port": 0, "admin.port": 0, "node.data_dir": str(self.folder / "data"),
                            "store.engine": "memory", key: taken.getsockname()[1]}
                code, _, complaint = run(PROGRAM, *arguments(settings))
                self.assertEqual(code, 3, complaint)
                self.assertIn(key.split(".")[0], complaint)

    def test_no_place_to_keep_things_ends_with_3(self):
        (self.folder / "file").write_text("")
        settings = {"listen.port": 0, "admin.port": 0, "node.data_dir": str(self.folder / "file" / "data")}
        self.assertEqual(run(PROGRAM, *arguments(settings))[0], 3)


class Signals(HubCase):
    """Each test has a hub of its own."""

    @classmethod
    def setUpClass(cls):
        pass

    def start(self, settings=None, **more):
        self.hub = Hub(PROGRAM, settings, **more).start()
        self.addCleanup(self.hub.folder.cleanup)
        self.addCleanup(self.hub.process.stderr.close)
        self.addCleanup(self.hub.process.kill)

    def test_the_environment_names_the_port_taken(self):
        """listen.json tells the ports and the process."""
        port = free_port()
        self.start({"listen.port": None}, env=environment(MPAC_LISTEN__PORT=str(port)))
        self.assertEqual(self.hub.ports["port"], port)
        self.assertEqual(self.hub.ports["pid"], self.hub.process.pid)
        self.assertEqual(self.hub.admin("GET", "/healthz")[0], 200)
        with socket.create_connection(("127.0.0.1", port)):
            pass
        self.hub.stop()

    async def test_sigterm_closes_sessions_and_ends_with_0(self):
        """[9.6.1-13] [13.1.SESSION_CLOSE-01] [13.1.SESSION_CLOSE-02] [13.1.SESSION_CLOSE-03] [9.6.2-01] [9.6.2-02]
        [9.6.2-03] [9.6.2-04] What lives in memory alone nobody takes over."""
        for which in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(which):
                self.start()
                alice, bob = await self.join("alice", "bob")
                await alice.announce("i1", "a.py")
                stranger = await self.visit("stranger")
                for person in (alice, bob):
                    await person.hears("INTENT_ANNOUNCE")
                self.hub.signal(which)
                for person in (alice, bob):
                    close = await person.hears("SESSION_CLOSE", reason="coordinator_shutdown",
                                               active_intents_disposition="withdraw_all")
                    self.assertTrue({"total_intents", "withdrawn_intents", "committed_operations", "total_conflicts",
                                     "total_participants", "duration_sec"} <= set(close["payload"]["summary"]))
                    self.assertEqual(close["payload"]["final_lamport_clock"], close["watermark"]["value"] - 1)
                    self.assertIn((await person.closed())[0], (1000, 1001, 1012))
                self.assertIn((await stranger.closed())[0], (1000, 1001, 1012))
                self.assertEqual(self.hub.ends(), 0)

    async def test_a_stop_does_not_wait_for_those_who_do_not_answer(self):
        """[9.6.1-13]"""
        self.start()
        mute = socket.create_connection(("127.0.0.1", self.hub.ports["port"]))
        mute.sendall(b"GET /session/x HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        self.assertTrue(mute.recv(4096).startswith(b"HTTP/1.1 101"))
        half = socket.create_connection(("127.0.0.1", self.hub.ports["port"]))
        half.sendall(b"GET /session")
        self.hub.signal(signal.SIGTERM)
        self.assertEqual(self.hub.ends(), 0)
        mute.close()
        half.close()

    def reload(self, file, text, says=" reloaded "):
        """Writes the file, sends SIGHUP and waits until the hub has said what it made of it and its sessions know:
        their news and a question about them go the same way, so who has answered has heard."""
        before = len(self.hub.log)
        file.write_text(text)
        self.hub.signal(signal.SIGHUP)
        self.hub.says(says, before)
        for row in self.hub.admin("GET", "/api/v1/sessions")[2]["sessions"]:
            if row["loaded"]:
                self.hub.snapshot(row["session_id"])

    async def test_sighup_changes_what_it_can_and_loses_no_connection(self):
        """What cannot change while running is named; a file full of mistakes changes nothing."""
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "hub.toml"
            file.write_text("[session.liveness]\nheartbeat_interval_sec = 30\n")
            self.start(options=["--config", str(file)])
            alice = await self.join("alice")
            self.reload(file, "[session.liveness]\nheartbeat_interval_sec = 7\n[node]\nname = 'new'\n")
            self.assertEqual(self.snapshot()["liveness_policy"]["heartbeat_interval_sec"], 7)
            self.assertIn("node.name", self.hub.all_said())
            self.reload(file, "[session.liveness]\nheartbeat_interval_sec = 'x'\n", "not reloaded")
            bob = await self.join("bob")
            self.assertEqual(bob.welcome["payload"]["liveness_policy"]["heartbeat_interval_sec"], 7)
            letter = await alice.announce("i1", "a.py")
            for person in (alice, bob):
                await person.echoed(letter)
            self.hub.stop()

    async def test_sighup_says_which_protection_has_gone(self):
        """[23.1.2-02] Once, and what was doubtful before is not said again."""
        with tempfile.TemporaryDirectory() as folder:
            file, token = pathlib.Path(folder) / "hub.toml", pathlib.Path(folder) / "token"
            token.write_text("open-sesame\n")
            token.chmod(0o444)
            doubtful = "[limits]\noutbox_bytes = 4096\n"
            file.write_text(f"{doubtful}[admin]\ntoken_file = '{token}'\n")
            self.start(options=["--config", str(file)])
            self.assertIn(f"others than its owner can read or change '{token}'", self.hub.all_said())
            self.assertEqual(self.hub.admin("GET", "/api/v1/sessions")[0], 401)
            self.reload(file, doubtful)
            self.assertEqual(self.hub.admin("GET", "/api/v1/sessions")[0], 200)
            self.reload(file, doubtful + "burst = 5\n")
            said = self.hub.all_said()
            self.assertEqual(said.count("admin.token_file is empty now"), 1)
            self.assertEqual(said.count("limits.outbox_bytes is smaller"), 1)
            self.hub.stop()

    async def test_sighup_changes_the_limits(self):
        """For those who are there and for those who come."""
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "hub.toml"
            file.write_text("[limits]\nmessages_per_sec = 0\n")
            self.start(options=["--config", str(file)])
            alice = await self.join("alice")
            self.reload(file, "[limits]\nmessages_per_sec = 0.001\nburst = 1\n")
            for person in (await self.join("late"), alice):
                await person.say("HEARTBEAT", status="idle")
                await person.say("HEARTBEAT", status="idle")
                await person.is_refused("mpac_cluster.RATE_LIMITED")
            self.hub.stop()

    async def test_sighup_changes_how_many_a_running_session_holds(self):
        """Whoever is there stays; who comes, and what is announced from then on, meets the new limits."""
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "hub.toml"

            def limits(participants, intents):
                return f"[limits]\nparticipants_per_session = {participants}\nintents_per_participant = {intents}\n"
            file.write_text(limits(0, 0))
            self.start(options=["--config", str(file)])
            # One session was made by its first visitor, the other has a policy of its own.
            made = {"session_id": "made", "liveness": {"heartbeat_interval_sec": 11}}
            self.assertEqual(self.hub.admin("POST", "/api/v1/sessions", made)[0], 201)
            for session in (self.session, "made"):
                alice, bob = await self.join("alice", "bob", session=session)
                for intent in ("i1", "i2"):
                    await alice.announce(intent, intent)
                    await alice.hears("INTENT_ANNOUNCE", intent_id=intent)

                self.reload(file, limits(1, 2))
                await alice.is_refused("mpac_cluster.LIMIT_REACHED", await alice.announce("i3", "i3"))
                await bob.all_heard()
                await bob.announce("b1", "b1")
                await bob.hears("INTENT_ANNOUNCE", intent_id="b1")
                carol = await self.visit("carol", session)
                hello = await carol.say("HELLO", display_name="carol", roles=[], capabilities=[])
                await carol.is_refused("mpac_cluster.LIMIT_REACHED", hello)

                self.reload(file, limits(3, 3))
                await carol.hello()
                self.assertEqual(carol.welcome["payload"]["participant_count"], 3)
                if session == "made":
                    self.assertEqual(carol.welcome["payload"]["liveness_policy"]["heartbeat_interval_sec"], 11)
                await alice.all_heard()
                await alice.announce("i3", "i3")
                await alice.hears("INTENT_ANNOUNCE", intent_id="i3")
                await alice.is_refused("mpac_cluster.LIMIT_REACHED", await alice.announce("i4", "i4"))
            self.hub.stop()

    async def test_sighup_reaches_a_session_that_sleeps(self):
        """It comes back into memory with the limits and policy of then."""
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "hub.toml"
            # Nothing may be due any more, and liveness is looked at once after everybody has left.
            file.write_text("[session.liveness]\nheartbeat_interval_sec = 0.1\nunavailability_timeout_sec = 0.3\n")
            self.start({"store.idle_unload_sec": 0.05}, options=["--config", str(file)])
            alice = await self.join("alice")
            await alice.say("GOODBYE", reason="user_exit")
            await alice.hears("GOODBYE")
            await alice.socket.close()
            end = time.monotonic() + PATIENCE
            while self.listed()["loaded"]:
                self.assertLess(time.monotonic(), end, "the session stays in memory")
            self.reload(file, "[limits]\nintents_per_participant = 1\n[session.liveness]\nheartbeat_interval_sec = 7\n")
            alice = await self.visit("alice")
            alice.instance = "alice:2"
            await alice.hello()
            self.assertEqual(alice.welcome["payload"]["liveness_policy"]["heartbeat_interval_sec"], 7)
            await alice.announce("i1", "a.py")
            await alice.hears("INTENT_ANNOUNCE", intent_id="i1")
            await alice.is_refused("mpac_cluster.LIMIT_REACHED", await alice.announce("i2", "b.py"))
            self.hub.stop()

    def listed(self):
        """The line of the test's session in the operator's list."""
        sessions = self.hub.admin("GET", "/api/v1/sessions")[2]["sessions"]
        return next(each for each in sessions if each["session_id"] == self.session)

    async def test_it_fails_readiness_before_it_goes(self):
        self.start()
        status, _, content = self.hub.admin("GET", "/readyz?verbose")
        self.assertEqual(status, 200)
        self.assertEqual({check["name"]: check["passed"] for check in content["checks"]},
                         {"listening": True, "store": True})
        self.hub.stop()

    def test_two_hubs_do_not_meet(self):
        self.start()
        with Hub(PROGRAM) as other:
            self.assertNotEqual(other.ports["port"], self.hub.ports["port"])
            self.assertEqual(json.dumps(other.admin("GET", "/api/v1/sessions")[2]["sessions"]), "[]")
        self.hub.stop()


if __name__ == "__main__":
    main()
