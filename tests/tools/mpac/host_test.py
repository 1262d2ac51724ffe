#!/usr/bin/env python3
"""mpac host and mpac sync from a shell: what they say, what they leave on the disk, and how they end.

usage: host_test.py MPAC CHANGE_FILE [unittest arguments]
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

PATIENCE = 60  # seconds, for a machine under load
MPAC = sys.argv.pop(1) if __name__ == "__main__" else "build/mpac"
CHANGE_FILE = sys.argv.pop(1) if __name__ == "__main__" else "build/examples/change-file/change-file"


class Host:
    """`mpac host` on a free port, with what it says of itself."""

    def __init__(self, folder, *options):
        self.process = subprocess.Popen([MPAC, "host", folder, "--port", "0", "--json", *options],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(self.process.communicate(timeout=PATIENCE)[1])
        self.says = json.loads(line)
        self.session, self.url = self.says["session"], self.says["urls"][0]

    def line(self):
        return self.process.stdout.readline()

    def end(self, by=signal.SIGINT):
        """(exit code, the rest of what it said, its complaints)"""
        self.process.send_signal(by)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


class Hosting(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mpac-host-")
        self.addCleanup(folder.cleanup)
        self.garden = pathlib.Path(folder.name) / "garden"
        self.copy = pathlib.Path(folder.name) / "copy"
        self.garden.mkdir()
        self.copy.mkdir()
        (self.garden / "plan.txt").write_text("one\n")

    def host(self, *options):
        host = Host(self.garden, *options)
        self.addCleanup(lambda: host.process.poll() is None and (host.process.kill(), host.process.wait()))
        self.addCleanup(host.process.stdout.close)
        self.addCleanup(host.process.stderr.close)
        return host

    def change(self, host, file, line, expects=0, **environment):
        done = subprocess.run([CHANGE_FILE, host.url, host.session, "bob", file, line], text=True, capture_output=True,
                              timeout=PATIENCE, env={**os.environ, **environment}, check=False)
        self.assertEqual(done.returncode, expects, done.stdout + done.stderr)
        return done.stderr

    def sync(self, host, *options, expects=0, folder=None):
        done = subprocess.run([MPAC, "sync", host.url, host.session, folder or self.copy, "--json", *options],
                              text=True, capture_output=True, timeout=PATIENCE, check=False)
        self.assertEqual(done.returncode, expects, done.stdout + done.stderr)
        return {line["path"]: line["outcome"] for line in map(json.loads, done.stdout.splitlines())}

    def test_what_is_committed_is_written_back(self):
        host = self.host("--write-back")
        self.change(host, "plan.txt", "two")
        self.assertIn("plan.txt: written", host.line())
        self.assertEqual((self.garden / "plan.txt").read_text(), "one\ntwo\n")
        self.assertEqual(host.end()[0], 0)

    def test_the_last_commit_before_the_end_is_written_too(self):
        host = self.host("--write-back")
        for number in range(5):
            self.change(host, f"{number}.txt", "x")
        self.assertEqual(host.end(signal.SIGTERM)[0], 0)
        self.assertEqual({each.name for each in self.garden.glob("?.txt")}, {f"{number}.txt" for number in range(5)})

    def test_without_write_back_nothing_is_written_and_the_end_says_what_is_missing(self):
        host = self.host()
        self.change(host, "plan.txt", "two")
        code, _, err = host.end()
        self.assertEqual(code, 0)
        self.assertIn("1 changed files are in the session and not on the disk", err)
        self.assertIn(f"--session {host.session} --write-back", err)
        self.assertEqual((self.garden / "plan.txt").read_text(), "one\n")
        again = self.host("--session", host.session, "--write-back")  # as it was told
        self.assertIn("plan.txt: written", again.line())
        self.assertEqual((self.garden / "plan.txt").read_text(), "one\ntwo\n")
        self.assertIn("goes on with the files as it knows them", again.end()[2])

    def test_strangers_find_nothing_under_another_name(self):
        host = self.host()
        host.session = "demo"
        self.assertNotEqual(self.change(host, "plan.txt", "x", expects=1), "")
        host.end()

    def test_a_named_guest_needs_the_key_that_was_made(self):
        host = self.host("--guest", "bob", "--write-back")
        key = host.says["guests"][0]["key_file"]
        self.assertIn("CREDENTIAL_REJECTED", self.change(host, "plan.txt", "x", expects=1))
        self.change(host, "plan.txt", "two", MPAC_CREDENTIAL_FILE=key)
        self.assertIn("plan.txt: written", host.line())
        self.assertEqual(os.stat(key).st_mode & 0o777, 0o600)
        self.sync(host, expects=3)
        host.end()

    def test_sync_brings_a_copy_and_removes_nothing_of_its_users(self):
        host = self.host()
        (self.copy / "mine.txt").write_text("mine\n")
        self.assertEqual(self.sync(host, "--dry-run"), {"plan.txt": "written"})
        self.assertFalse((self.copy / "plan.txt").exists())
        self.assertEqual(self.sync(host), {"plan.txt": "written"})
        self.change(host, "plan.txt", "two")
        self.assertEqual(self.sync(host), {"plan.txt": "written"})
        self.assertEqual(self.sync(host), {})
        self.assertEqual((self.copy / "plan.txt").read_text(), "one\ntwo\n")
        self.assertEqual((self.copy / "mine.txt").read_text(), "mine\n")
        # On its own directory while the session goes on: this is writing back on demand.
        self.assertEqual(self.sync(host, folder=self.garden), {"plan.txt": "written"})
        host.end()

    def test_two_changes_are_both_kept_and_the_exit_code_says_so(self):
        host = self.host()
        self.sync(host)
        (self.copy / "plan.txt").write_text("mine\n")
        self.assertEqual(self.sync(host, expects=1), {"plan.txt": "changed_here"})
        self.change(host, "plan.txt", "two")
        self.assertEqual(self.sync(host, expects=1), {"plan.txt": "kept_both"})
        self.assertEqual((self.copy / "plan.txt").read_text(), "mine\n")
        (aside,) = (self.copy / ".mpac" / "kept-aside").iterdir()
        aside.rename(self.copy / "plan.txt")  # settled: theirs
        self.assertEqual(self.sync(host), {})
        host.end()

    def test_what_cannot_be_is_said_at_once(self):
        for options in (["--tls-cert", "x.pem"], ["--guest", "bob=king"], ["--session", "a b"],
                        ["--set", "listen.x=1"]):
            done = subprocess.run([MPAC, "host", self.garden, *options], text=True, capture_output=True,
                                  timeout=PATIENCE, check=False)
            self.assertEqual(done.returncode, 2, options)
            self.assertNotEqual(done.stderr, "")
        first = self.host("--write-back")
        self.change(first, "plan.txt", "two")
        first.line()
        second = subprocess.run([MPAC, "host", self.garden, "--port", "0"], text=True, capture_output=True,
                                timeout=PATIENCE, check=False)
        self.assertEqual(second.returncode, 2)
        self.assertIn("another mpac is at work there", second.stderr)
        first.end()


if __name__ == "__main__":
    unittest.main()
