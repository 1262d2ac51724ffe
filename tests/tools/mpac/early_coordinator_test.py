#!/usr/bin/env python3
"""mpac with a coordinator of the early kind, whose success is often silent: it finds that out by itself.

usage: early_coordinator_test.py MPAC MPAC_CLUSTER [unittest arguments]
"""
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

try:
    from early_coordinator import EarlyCoordinator, ref
except ImportError:
    print("skipped: this test needs python3-websockets (apt-get install python3-websockets)", file=sys.stderr)
    sys.exit(77)
import visiting
from visiting import MPAC, PATIENCE, ROOT

sys.path[:0] = [str(ROOT / "tests" / "support"), str(ROOT / "tests" / "interop")]

from fake_model import FakeModel
from mcp_bridge import Bridge

FILES = {"a.md": "one\ntwo\n", "b.md": "other\n"}


class Case(visiting.Case):
    """One of them instead of a hub."""

    execution_model = "post_commit"

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mpac-early-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.coordinator = EarlyCoordinator(FILES, execution_model=self.execution_model)
        self.coordinator.__enter__()
        self.addCleanup(self.coordinator.__exit__)
        self.url = self.coordinator.url

    def person(self, name, *options):
        """At a terminal, in the session."""
        made = self.terminal("join", self.url, "demo", "--name", name, *options, columns=240)
        made.shows("demo> ")
        return made

    def says(self, person, line, expected):
        person.type(line + "\r")
        return person.shows(expected)

    def intent_of(self, principal):
        return next(each for each in self.coordinator.intents.values() if each["principal_id"] == principal)


class Joining(Case):
    def test_whatever_a_person_types_is_answered(self):
        (self.folder / "new").write_text("one\n2\n")
        (self.folder / "fresh.md").write_text("fresh\n")
        out = self.good(["files", "show a.md", "announce 'Count' a.md fresh.md", "commit a.md new --summary Digits",
                         "propose fresh.md", "defer b.md --reason 'later'", "intents", "who", "conflicts", "withdraw"])
        self.assertIn("committed a.md, now " + ref("one\n2\n"), out)
        self.assertIn("committed fresh.md", out)
        self.assertRegex(out, r"i-\w+  human:Alice  a\.md fresh\.md|i-\w+  human:Alice  a\.md, fresh\.md")
        self.assertIn("nothing is disputed", out)
        self.assertEqual(dict(self.coordinator.files), {**FILES, "a.md": "one\n2\n", "fresh.md": "fresh\n"})
        kinds = [kind for kind, *_ in self.coordinator.heard]
        self.assertEqual(kinds[-1], "GOODBYE")
        self.assertIn("OP_PROPOSE", kinds)

    def test_a_refusal_is_heard_although_success_would_be_silent(self):
        ann = self.person("Ann")
        self.says(ann, "announce 'First' a.md", "announced")
        code, out, _ = self.script(["announce 'Second' a.md"])
        self.assertEqual(code, 5, out)
        self.assertIn("STALE_INTENT", out)
        code, out, _ = self.script(["claim " + self.intent_of("human:Ann")["intent_id"]])
        self.assertEqual(code, 5, out)
        self.assertIn("INVALID_REFERENCE", out)
        ann.type("quit\r")
        self.assertEqual(ann.ends(), 0)

    def test_a_commit_that_is_recorded_and_not_written_is_no_success(self):
        (self.folder / "mine").write_text("MINE\n")
        bob = self.person("Bob", "--yes")
        self.says(bob, "show a.md", "a.md, sha256:")
        self.coordinator.files["a.md"] = "moved\n"
        self.says(bob, "commit a.md mine", "STALE_STATE_REF.*was not written")
        bob.shows(r"\+moved")
        self.assertEqual(self.coordinator.files["a.md"], "moved\n")

    def test_a_conflict_goes_from_report_to_resolution(self):
        ann, bob = self.person("Ann"), self.person("Bob")
        judge = self.person("Judge", "--role", "arbiter")
        self.says(ann, "announce 'First' chapter-1 --kind task_set", "announced")
        bob.shows("human:Ann announces")
        self.says(bob, "announce 'Second' chapter-1 --kind task_set", "announced")
        first, second = (self.intent_of(f"human:{name}")["intent_id"] for name in ("Ann", "Bob"))
        for each in (ann, bob):
            self.assertIn(first, each.shows(r"conflict \S+: scope_overlap, medium; [^\r]+")[0])
        conflict, = self.coordinator.conflicts
        self.says(ann, f"ack {conflict} disputed", "acknowledged")
        bob.shows("human:Ann acknowledges")
        self.says(bob, f"escalate {conflict} human:Judge 'We both want it'", "escalated")
        judge.shows("human:Bob escalates")
        self.says(judge, "conflicts", conflict[:6])
        self.says(bob, f"resolve {conflict} approved", "AUTHORIZATION_FAILED")
        self.says(judge, f"resolve {conflict} approved 'First come' --accept {first} --reject {second}", "resolved")
        for each in (ann, bob):
            each.shows("human:Judge resolves.*approved: First come")
        self.says(judge, "conflicts", "nothing is disputed")

    def test_who_is_lost_is_known_and_the_work_is_taken_over(self):
        (self.folder / "new").write_text("one\n2\n")
        ann, bob = self.person("Ann"), self.person("Bob", "--yes")
        self.says(ann, "announce 'Count' a.md", "announced")
        bob.shows("human:Ann announces")
        self.coordinator.lose("human:Ann")
        bob.shows("PARTICIPANT_UNAVAILABLE")
        lost = self.intent_of("human:Ann")["intent_id"]
        self.says(bob, f"claim {lost}", "the claim is approved")
        taken = self.intent_of("human:Bob")
        self.assertEqual(taken["scope"]["resources"], ["a.md"])
        self.says(bob, "commit a.md new", "committed a.md")
        commit = next(payload for kind, _, payload in self.coordinator.heard if kind == "OP_COMMIT")
        self.assertEqual(commit["intent_id"], taken["intent_id"], "the claimed intent covers it")

    def test_who_was_cut_off_comes_back_and_goes_on(self):
        ann = self.person("Ann")
        self.says(ann, "announce 'Count' a.md", "announced")
        self.coordinator.cut()
        ann.shows("connection lost")
        ann.shows("caught up")
        self.says(ann, "intents", "a.md")
        self.says(ann, "withdraw", "withdrawn")
        ann.type("quit\r")
        self.assertEqual(ann.ends(), 0)


class Authorised(Case):
    execution_model = "pre_commit"

    def test_a_commit_waits_for_the_word(self):
        (self.folder / "new").write_text("one\n2\n")
        out = self.good(["commit a.md new"])
        self.assertIn("waiting for the decision", out)
        self.assertEqual(self.coordinator.files["a.md"], "one\n2\n")
        kinds = [kind for kind, *_ in self.coordinator.heard]
        self.assertLess(kinds.index("OP_PROPOSE"), kinds.index("OP_COMMIT"))


class Watching(Case):
    def test_events_are_told_and_it_leaves_at_once(self):
        watch = subprocess.Popen([MPAC, "watch", self.url, "demo", "--json"], text=True, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, env=self.environment())
        self.addCleanup(watch.stdout.close)
        self.addCleanup(watch.stderr.close)
        self.addCleanup(watch.wait, PATIENCE)
        self.addCleanup(watch.kill)
        self.assertEqual(json.loads(watch.stdout.readline())["event"], "joined")
        self.good(["announce 'Count' a.md"])
        self.assertTrue(any("INTENT_ANNOUNCE" in line for line in watch.stdout))
        watch.send_signal(signal.SIGTERM)
        self.assertEqual(watch.wait(PATIENCE), 0)
        self.assertEqual(self.coordinator.heard[-1][0], "GOODBYE")


class WithAnAgent(Case):
    def setUp(self):
        super().setUp()
        self.model_server = FakeModel(lambda form, _: self.answers[form])
        threading.Thread(target=self.model_server.serve_forever, daemon=True).start()
        self.addCleanup(self.model_server.server_close)
        self.addCleanup(self.model_server.shutdown)
        self.model = ("--model-url", self.model_server.url)
        self.answers = {
            "announce_intent": {"objective": "Count on", "files": ["a.md"], "reason": "it counts"},
            "write_file": {"action": "replace", "content": "one\ntwo\nthree\n", "summary": "Counts to three"},
            "decide_conflict": {"decision": "yield", "reason": "they were first"}}

    def task(self):
        done = subprocess.run([MPAC, "task", self.url, "demo", "Count on to three", *self.model], text=True,
                              capture_output=True, timeout=PATIENCE, env=self.environment(ANTHROPIC_API_KEY="k"))
        return done.returncode, done.stdout + done.stderr

    def test_a_task_is_done_and_its_intent_ended(self):
        code, out = self.task()
        self.assertEqual(code, 0, out)
        self.assertEqual(self.coordinator.files["a.md"], "one\ntwo\nthree\n")
        self.assertEqual([each["state"] for each in self.coordinator.intents.values()], ["WITHDRAWN"])
        self.assertEqual([kind for kind, *_ in self.coordinator.heard][-3:],
                         ["INTENT_WITHDRAW", "HEARTBEAT", "GOODBYE"])

    def test_who_comes_second_yields(self):
        ann = self.person("Ann")
        self.says(ann, "announce 'I count' a.md", "announced")
        code, out = self.task()
        self.assertEqual(code, 5, out)
        self.assertIn("task yielded: others hold these files", out)
        self.assertEqual(dict(self.coordinator.files), FILES)


class ThroughMcp(Case):
    def bridge(self, name, *options):
        made = Bridge(MPAC, self.url, "demo", name, *options)
        self.addCleanup(made.kill)
        return made

    def test_tools_work(self):
        alice, bob = self.bridge("alice"), self.bridge("bob", "--role", "owner")
        task = alice.call("begin_task", objective="Count", files=["a.md"])[0]["task"]
        self.assertEqual(bob.call("check_overlap", files=["a.md"])[0]["status"], "held")
        self.assertIn("STALE_INTENT", bob.fails("begin_task", objective="Count", files=["a.md"]))
        before = alice.call("read_file", path="a.md")[0]["state_ref"]
        alice.call("propose_change", task=task, path="a.md", summary="Counts on")
        done, _ = alice.call("submit_change", task=task, path="a.md", content="one\n", state_ref_before=before)
        self.assertEqual(done["state_ref"], ref("one\n"))
        self.assertEqual(bob.call("read_file", path="a.md")[0]["content"], "one\n")
        alice.call("yield_task", task=task)
        self.assertEqual(bob.call("check_overlap", files=["a.md"])[0]["status"], "free")
        tasks = [each.call("begin_task", objective="Plan", task_ids=["p-1"])[0]["task"] for each in (alice, bob)]
        conflict, = self.coordinator.conflicts
        alice.call("ack_conflict", conflict=conflict, ack_type="seen")
        bob.call("resolve_conflict", conflict=conflict, decision="approved", rationale="Mine", accepted=[tasks[1]])
        self.assertEqual(alice.leave(), 0)
        self.assertEqual(bob.leave(), 0)
        self.assertEqual([kind for kind, *_ in self.coordinator.heard][-2:], ["GOODBYE", "GOODBYE"])

    def test_a_lost_task_is_taken_over(self):
        alice, bob = self.bridge("alice"), self.bridge("bob")
        task = alice.call("begin_task", objective="Count", files=["a.md"])[0]["task"]
        self.coordinator.lose("agent:alice")
        taken = bob.call("take_over_task", task=task)[0]["task"]
        before = bob.call("read_file", path="a.md")[0]["state_ref"]
        bob.call("submit_change", task=taken, path="a.md", content="one\n", state_ref_before=before)
        self.assertEqual(self.coordinator.files["a.md"], "one\n")


class WritingBack(Case):
    def test_the_workspace_comes_to_a_folder(self):
        folder = self.folder / "copy"
        folder.mkdir()
        done = subprocess.run([MPAC, "sync", self.url, "demo", str(folder)], capture_output=True, text=True,
                              timeout=PATIENCE, env=self.environment())
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual({name: (folder / name).read_text() for name in FILES}, FILES)
        self.assertEqual(self.coordinator.heard[-1][0], "GOODBYE")


if __name__ == "__main__":
    unittest.main()
