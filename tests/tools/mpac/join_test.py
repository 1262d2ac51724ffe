#!/usr/bin/env python3
"""mpac join and mpac task against a hub: from scripts, at a terminal, and with an agent whose model is a server here.

usage: join_test.py MPAC MPAC_CLUSTER [unittest arguments]
"""
import json
import re
import signal
import subprocess
import sys
import threading
import unittest

from visiting import MPAC, ROOT, Case
from running_hub import PATIENCE

sys.path.insert(0, str(ROOT / "tests" / "support"))

from fake_model import FakeModel


class Scripts(Case):
    def test_a_change_goes_from_announcement_to_commit(self):
        (self.folder / "mine").write_text("one\n2\n")
        out = self.good(["announce 'Write two as a figure' a.md", "diff a.md mine", "commit a.md mine --summary Figure",
                         "show a.md", "intents", "withdraw"])
        self.assertIn("-two\n+2\n", out)
        self.assertRegex(out, r"committed a\.md, now sha256:\w{16}")
        self.assertIn("\none\n2\na.md, sha256:", out)
        self.assertRegex(out, r"i-\w{8}  human:Alice  a\.md  for \d+ min")
        status, _, content = self.hub.admin("GET", "/api/v1/sessions/demo/files/a.md")
        self.assertEqual((status, content if isinstance(content, str) else content["content"]), (200, "one\n2\n"))

    def test_intent_comes_before_action_by_itself(self):
        (self.folder / "b.md").write_text("mine\n")
        out = self.good(["commit b.md", "intents"])
        self.assertIn("committed b.md", out)
        self.assertIn("nobody has announced anything", out)

    def test_a_file_that_is_not_there_is_made(self):
        (self.folder / "new.md").write_text("fresh\n")
        self.assertIn("fresh\nnew.md, sha256:", self.good(["commit new.md", "show new.md"]))

    def test_who_was_slower_is_shown_what_has_changed_and_nothing_is_lost(self):
        (self.folder / "mine").write_text("one\nMINE\n")
        (self.folder / "theirs").write_text("THEIRS\ntwo\n")
        bob = subprocess.Popen([MPAC, "join", self.url, "demo", "--name", "Bob", "--keep-going"], text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=self.environment(), cwd=self.folder)
        try:
            bob.stdin.write("show b.md\nshow a.md\n")
            bob.stdin.flush()
            while "a.md, sha256:" not in bob.stdout.readline():
                pass
            self.good(["commit a.md theirs"])
            out, err = bob.communicate("wait FILE_UPDATED\ncommit a.md mine\ncommit a.md mine\n", timeout=PATIENCE)
        finally:
            bob.kill()
            bob.wait(PATIENCE)
        self.assertEqual(bob.returncode, 5, out + err)
        self.assertIn("STALE_STATE_REF", out)
        self.assertIn("-one\n+THEIRS\n", out)
        self.assertIn("committed a.md", out.split("Nothing was committed")[1])

    def test_the_editor_is_the_persons_and_its_change_is_confirmed(self):
        out = self.good(["edit a.md --summary 'Louder'", "y", "show a.md"], EDITOR="sed -i s/two/TWO/")
        self.assertIn("-two\n+TWO\n", out)
        self.assertIn("one\nTWO\na.md", out)
        code, out, _ = self.script(["edit a.md", "n"], EDITOR="sed -i s/TWO/three/")
        self.assertEqual(code, 5)
        self.assertIn("not committed", out)
        self.assertIn("nothing is changed", self.good(["edit a.md"], EDITOR="true"))
        code, out, _ = self.script(["edit a.md"], EDITOR="false")
        self.assertEqual(code, 1)
        self.assertIn("did not end well", out)

    def test_a_conflict_goes_from_report_to_resolution(self):
        ann = self.terminal("join", self.url, "demo", "--name", "Ann", "--role", "owner")
        ann.shows("demo> ")
        ann.type("announce 'First' a.md\r")
        ann.shows(r"announced i-\w+")
        out = self.good(["announce 'Second' a.md", "wait conflict_report", "conflicts", "ack conflict accepted",
                         "wait RESOLUTION", "withdraw"]) if self.resolves(ann) else ""
        self.assertRegex(out, r"conflict conflict-\S+: scope_overlap")
        self.assertIn("human:Ann resolves conflict", out)
        ann.type("quit\r")
        self.assertEqual(ann.ends(), 0)

    def resolves(self, ann):
        """Ann settles the conflict as soon as the other has acknowledged it."""
        def wait_and_resolve():
            ann.shows("human:Alice acknowledges")
            ann.type("resolve conf\t dismissed they fit together\r")
        threading.Thread(target=wait_and_resolve, daemon=True).start()
        return True

    def test_the_first_mistake_ends_a_script_unless_it_is_to_go_on(self):
        code, out, _ = self.script(["show nowhere.md", "files"])
        self.assertEqual(code, 5)
        self.assertIn("nowhere.md: File not found", out)
        self.assertNotIn("a.md", out)
        code, out, _ = self.script(["nonsense", "# a comment", "", "files"], "--keep-going")
        self.assertEqual(code, 2)
        self.assertIn("a.md", out)
        code, out, _ = self.script(["wait RESOLUTION --timeout 0.2"])
        self.assertEqual(code, 4, out)

    def test_nobody_there_and_nobody_let_in_have_their_codes(self):
        done = subprocess.run([MPAC, "join", "ws://127.0.0.1:1", "demo"], input="", capture_output=True, text=True,
                              timeout=PATIENCE, env=self.environment())
        self.assertEqual(done.returncode, 4, done.stderr)
        done = subprocess.run([MPAC, "join", "http://x", "demo"], input="", capture_output=True, text=True,
                              timeout=PATIENCE, env=self.environment())
        self.assertEqual(done.returncode, 2, done.stderr)

    def test_a_script_may_be_a_file(self):
        script = self.folder / "script"
        script.write_text("files\nwho")  # without the last line's end
        with script.open() as lines:
            done = subprocess.run([MPAC, "join", self.url, "demo", "--name", "Al"], stdin=lines, capture_output=True,
                                  text=True, timeout=PATIENCE, env=self.environment())
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn('human:Al  contributor  "Al"', done.stdout)


class AtATerminal(Case):
    def test_what_others_do_appears_above_the_line_that_is_typed(self):
        bob = self.terminal("join", self.url, "demo", "--name", "Bob")
        bob.shows("demo> ")
        bob.type("show b")
        bob.shows("show b")
        self.good(["announce 'Something else' b.md"])
        # Erased, told, and drawn again with what was typed.
        bob.shows(r"\r\x1b\[J[^\n]*human:Alice announces i-\w{8}: Something else[^\n]*\r\n.*demo> show b")
        bob.type("\t\r")
        bob.shows(r"other\r\n")
        bob.type("\x04")
        self.assertEqual(bob.ends(), 0)
        self.assertTrue(bob.is_as_before())

    def test_a_line_over_the_end_of_the_row_is_erased_as_a_whole(self):
        bob = self.terminal("join", self.url, "demo", "--name", "Bob", columns=40)
        bob.shows("demo> ")
        bob.type("x" * 100)
        bob.shows("x{20}")
        self.good(["announce 'Something' b.md"])
        bob.shows(r"\x1b\[2A\r\x1b\[J[^x]*human:Alice")

    def test_wide_letters_that_go_to_the_next_row_are_erased_too(self):
        bob = self.terminal("join", self.url, "demo", "--name", "Bob", columns=41)
        bob.shows("demo> ")
        bob.type("日" * 58)  # 17, 20 and 20 of them fit into a row, and a column of each stays empty
        bob.shows("(日[^日]*){58}")
        self.good(["announce 'Something' b.md"])
        bob.shows(r"\x1b\[3A\r\x1b\[J[^日]*human:Alice")

    def test_ctrl_c_leaves_the_whole_line_wherever_the_cursor_is(self):
        bob = self.terminal("join", self.url, "demo", "--name", "Bob", columns=40)
        bob.shows("demo> ")
        bob.type("x" * 100)
        bob.shows("(x[^x]*){100}")
        bob.type("\x01")
        bob.shows(r"\x1b\[2?A")  # up to where the line begins
        bob.type("\x03")
        bob.shows(r"\x1b\[Jdemo> x{100}\^C\r\n")

    def test_control_characters_of_others_do_not_reach_the_terminal(self):
        bob = self.terminal("join", self.url, "demo", "--name", "Bob")
        bob.shows("demo> ")
        self.script(["announce 'a\x1b]0;owned\x07\u009b31m\u202eb' 'b.md\x1b[2J'", "quit transfer"])
        bob.shows(r"a\\x1b\]0;owned\\x07\\x9b31m\\u202eb")
        bob.type("intents\r")
        bob.shows(r"\\x1b\]0;owned")
        for evil in ("\x1b]0;", "\x07", "\u009b", "\u202e", "\x1b[2J"):
            self.assertNotIn(evil, bob.written)

    def test_ctrl_c_clears_the_line_and_stops_waiting_and_does_not_leave(self):
        bob = self.terminal("join", self.url, "demo", "--name", "Bob")
        bob.shows("demo> ")
        bob.type("wait RESOLUTION\r")
        bob.shows(r"RESOLUTION\r\n")
        bob.type("\x03")
        bob.shows(r"\^C\r\n")
        bob.type("half a line")
        bob.shows("half a line")
        bob.type("\x03")
        bob.shows(r"\^C\r\n")
        bob.type("who\r")
        bob.shows('human:Bob  contributor')
        self.assertIsNone(bob.process.poll())

    def test_a_signal_restores_the_terminal_and_says_goodbye(self):
        for which in (signal.SIGTERM, signal.SIGHUP):
            bob = self.terminal("join", self.url, "demo", "--name", "Bob")
            bob.shows("demo> ")
            bob.signal(which)
            self.assertEqual(bob.ends(), 0)
            self.assertTrue(bob.is_as_before())
        self.assertIn("GOODBYE", json.dumps(self.hub.admin("GET", "/api/v1/sessions/demo/transcript")[2]))

    def test_history_goes_from_one_time_to_the_next_and_is_the_persons_alone(self):
        bob = self.terminal("join", self.url, "demo", "--name", "Bob")
        bob.shows("demo> ")
        bob.type("show b.md\r")
        bob.shows("other")
        bob.type("quit\r")
        self.assertEqual(bob.ends(), 0)
        kept = self.folder / ".local" / "state" / "mpac" / "join_history"
        self.assertEqual(kept.stat().st_mode & 0o077, 0)
        bob = self.terminal("join", self.url, "demo", "--name", "Bob")
        bob.shows("demo> ")
        bob.type("\x10\x10\r")
        bob.shows("other")

    def test_a_hub_that_goes_is_said_in_the_prompt(self):
        bob = self.terminal("join", self.url, "demo", "--name", "Bob")
        bob.shows("demo> ")
        self.hub.signal(signal.SIGKILL)
        self.hub.ends()
        self.stop_hub = lambda: self.hub.folder.cleanup()
        bob.shows("connection lost: ")
        bob.shows(r"demo \(connection lost\)> ")
        bob.type("quit\r")
        bob.ends()
        self.assertTrue(bob.is_as_before())


    def test_a_hub_that_goes_during_a_question_is_said_behind_it(self):
        bob = self.terminal("join", self.url, "demo", "--name", "Bob", EDITOR="sed -i s/two/TWO/")
        bob.shows("demo> ")
        bob.type("edit a.md\r")
        bob.shows(r"Commit this\? \[y\]es, \[e\]dit again, \[N\]o ")
        self.hub.signal(signal.SIGKILL)
        self.hub.ends()
        self.stop_hub = lambda: self.hub.folder.cleanup()
        bob.shows("connection lost: ")
        bob.type("n\r")
        bob.shows(r"not committed; `edit a.md` goes on with your text\r\ndemo \(connection lost\)> ")


class WithAnAgent(Case):
    def setUp(self):
        super().setUp()
        self.server = FakeModel(lambda form, _: self.answers[form])
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.model = ("--model-url", self.server.url)
        self.answers = {
            "announce_intent": {"objective": "Count on", "files": ["a.md"], "reason": "it counts"},
            "write_file": {"action": "replace", "content": "one\ntwo\nthree\n", "summary": "Counts to three"},
            "decide_conflict": {"decision": "yield", "reason": "they were first"}}

    def task(self, *options, **more):
        done = subprocess.run([MPAC, "task", self.url, "demo", "Count on to three", *self.model, *options],
                              capture_output=True, text=True, timeout=PATIENCE,
                              env=self.environment(ANTHROPIC_API_KEY="k", **more))
        return done.returncode, done.stdout, done.stderr

    def test_a_task_is_done_and_its_exit_code_says_so(self):
        code, out, err = self.task()
        self.assertEqual(code, 0, out + err)
        self.assertIn("+three\n", out)
        self.assertIn("committed a.md: Counts to three", out)
        self.assertIn("task done", out)
        self.assertIn("one\ntwo\nthree\n", self.good(["show a.md"]))

    def test_a_trial_commits_nothing(self):
        code, out, _ = self.task("--dry-run")
        self.assertEqual(code, 0)
        self.assertIn("+three\n", out)
        self.assertIn("left as it is", out)
        self.assertNotIn("three", self.good(["show a.md"]))

    def test_who_gives_way_says_so_in_the_exit_code(self):
        ann = self.terminal("join", self.url, "demo", "--name", "Ann")
        ann.shows("demo> ")
        ann.type("announce 'I count' a.md\r")
        ann.shows("announced")
        code, out, _ = self.task()
        self.assertEqual(code, 5, out)
        self.assertIn("task yielded: they were first", out)

    def test_without_a_key_nobody_is_asked(self):
        done = subprocess.run([MPAC, "task", self.url, "demo", "x", *self.model], capture_output=True, text=True,
                              timeout=PATIENCE, env={name: value for name, value in self.environment().items()
                                                     if name != "ANTHROPIC_API_KEY"})
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("ANTHROPIC_API_KEY", done.stderr)

    def test_at_a_terminal_the_change_is_shown_and_committed_only_if_confirmed(self):
        bob = self.terminal("join", self.url, "demo", "--name", "Bob", *self.model, ANTHROPIC_API_KEY="k")
        bob.shows("demo> ")
        for answer, end in (("n", "task unchanged"), ("s", "task stopped"), ("y", "task done")):
            bob.type("task Count on to three\r")
            bob.shows(r"\+three")
            bob.shows(r"Commit this\? \[y\]es, \[n\]o, \[s\]top the task ")
            bob.type(answer + "\r")
            bob.shows(end)
        bob.type("show a.md\r")
        bob.shows("two\r\nthree\r\n")


if __name__ == "__main__":
    unittest.main()
