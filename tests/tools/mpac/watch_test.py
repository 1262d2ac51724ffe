#!/usr/bin/env python3
"""mpac watch against a hub: the page, lines and JSON, and how it ends.

usage: watch_test.py MPAC MPAC_CLUSTER [unittest arguments]
"""
import json
import signal
import subprocess
import unittest

from visiting import MPAC, Case
from running_hub import PATIENCE

TAKEN, GIVEN_BACK = "\x1b[?1049h", "\x1b[?25h\x1b[?1049l"


class Lines(Case):
    def watch(self, *options):
        made = subprocess.Popen([MPAC, "watch", self.url, "demo", *options], text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env=self.environment())
        self.addCleanup(made.stdout.close)
        self.addCleanup(made.stderr.close)
        self.addCleanup(made.wait, PATIENCE)
        self.addCleanup(made.kill)
        return made

    def until(self, watch, words):
        for line in watch.stdout:
            if words in line:
                return line
        raise AssertionError(f"'{words}' was never told: {watch.stderr.read()}")

    def test_without_a_terminal_it_is_one_line_an_event(self):
        watch = self.watch()
        self.until(watch, "joined demo as service:watch-")
        self.good(["announce 'a\x1b[2Jb' a.md"])
        self.assertRegex(self.until(watch, "announces"),
                         r"^\d\d:\d\d:\d\d human:Alice announces i-\w+: a\\x1b\[2Jb  a\.md")
        self.until(watch, "human:Alice leaves")
        watch.send_signal(signal.SIGTERM)
        self.assertEqual(watch.wait(PATIENCE), 0)

    def test_json_is_one_object_an_event_with_the_whole_message(self):
        watch = self.watch("--json")
        self.assertEqual(json.loads(watch.stdout.readline())["event"], "joined")
        self.good(["announce 'a\x7fb' a.md"])
        line = self.until(watch, "INTENT_ANNOUNCE")
        self.assertNotIn("\x7f", line)
        said = json.loads(line)
        self.assertEqual((said["principal"], said["payload"]["objective"]), ("human:Alice", "a\x7fb"))
        self.assertEqual(said["payload"]["scope"]["resources"], ["a.md"])

    def test_a_conflict_of_others_is_told_as_well(self):
        watch = self.watch("--json")
        self.until(watch, "joined")
        ann = self.terminal("join", self.url, "demo", "--name", "Ann")
        ann.shows("demo> ")
        ann.type("announce 'First' a.md\r")
        ann.shows("announced")
        self.until(watch, "arrived")
        bob = self.terminal("join", self.url, "demo", "--name", "Bob")
        bob.shows("demo> ")
        bob.type("announce 'Second' a.md\r")
        bob.shows("conflict ")
        said = json.loads(self.until(watch, '"disputed"'))
        self.assertEqual(sorted(said["principals"]), ["human:Ann", "human:Bob"])

    def test_a_hub_that_goes_is_said(self):
        watch = self.watch()
        self.until(watch, "joined")
        self.hub.signal(signal.SIGKILL)
        self.hub.ends()
        self.stop_hub = lambda: self.hub.folder.cleanup()
        self.until(watch, "connection lost: ")

    def test_plain_and_json_at_once_are_a_mistake(self):
        self.assertEqual(self.watch("--json", "--plain").wait(PATIENCE), 2)


class Page(Case):
    settings = {"session.liveness.heartbeat_interval_sec": 1}

    def test_it_takes_the_screen_follows_what_happens_and_gives_it_back(self):
        for leave in (lambda at: at.type("q"), lambda at: at.type("\x03"), lambda at: at.signal(signal.SIGTERM),
                      lambda at: at.signal(signal.SIGHUP)):
            page = self.terminal("watch", self.url, "demo")
            page.shows("PARTICIPANTS")
            self.assertTrue(page.written.startswith(TAKEN))
            leave(page)
            self.assertEqual(page.ends(), 0)
            self.assertTrue(page.written.rstrip().endswith(GIVEN_BACK), page.written[-200:])
            self.assertTrue(page.is_as_before())

    def test_who_works_on_what_is_on_the_page_without_their_control_characters(self):
        page = self.terminal("watch", self.url, "demo", columns=120, rows=30)
        page.shows("PARTICIPANTS")
        ann = self.terminal("join", self.url, "demo", "--name", "Ann")
        ann.shows("demo> ")
        ann.type("announce 'I count' a.md\r")
        page.shows(r"INTENTS\S*\s+\S*1.*human:Ann.*a\.md.*I count")
        (self.folder / "b.md").write_text("mine\n")
        self.good(["commit b.md --summary 'with\x1b]0;x\x07title'"])
        page.shows(r"COMMITS.*human:Alice.*with\\x1b\]0;x\\x07title")
        self.assertNotIn("\x1b]0;", page.written)
        page.shows(r"human:Ann\S*\s+contributor")

    def test_it_fits_another_size_at_once(self):
        page = self.terminal("watch", self.url, "demo")
        page.shows("PARTICIPANTS")
        self.assertNotIn("│", page.written)
        page.resize(130, 40)
        page.signal(signal.SIGWINCH)
        page.shows("│")

    def test_it_says_that_the_connection_is_lost_and_when_the_coordinator_is_silent(self):
        page = self.terminal("watch", self.url, "demo")
        page.shows("connected")
        self.hub.signal(signal.SIGSTOP)
        page.shows(r"THE COORDINATOR HAS BEEN SILENT for \d+ s")
        self.hub.signal(signal.SIGCONT)
        page.shows("connected")
        self.hub.signal(signal.SIGKILL)
        self.hub.ends()
        self.stop_hub = lambda: self.hub.folder.cleanup()
        page.shows(r"CONNECTION LOST for \d+ s")
        page.type("q")
        self.assertEqual(page.ends(), 0)
        self.assertTrue(page.is_as_before())


if __name__ == "__main__":
    unittest.main()
