#!/usr/bin/env python3
"""mpac with a coordinator of the early kind, whose success is often silent: it finds that out by itself.

usage: early_coordinator_test.py MPAC MPAC_CLUSTER [unittest arguments]
"""
import pathlib
import sys
import tempfile
import unittest

try:
    from early_coordinator import EarlyCoordinator
except ImportError:
    print("skipped: this test needs python3-websockets (apt-get install python3-websockets)", file=sys.stderr)
    sys.exit(77)
import visiting

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


class Authorised(Case):
    execution_model = "pre_commit"

    def test_a_commit_waits_for_the_word(self):
        (self.folder / "new").write_text("one\n2\n")
        out = self.good(["commit a.md new"])
        self.assertIn("waiting for the decision", out)
        self.assertEqual(self.coordinator.files["a.md"], "one\n2\n")
        kinds = [kind for kind, *_ in self.coordinator.heard]
        self.assertLess(kinds.index("OP_PROPOSE"), kinds.index("OP_COMMIT"))


if __name__ == "__main__":
    unittest.main()
