"""People at mpac: through pipes, and at a pseudo-terminal that is read like one looks at it."""
import fcntl
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "interop"))

from running_hub import PATIENCE, Hub, environment

MPAC = sys.argv.pop(1) if len(sys.argv) > 2 else "build/mpac"
PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "build/mpac-cluster"


class Case(unittest.TestCase):
    """A hub that shares two files."""

    settings = {}

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mpac-visit-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        workspace = self.folder / "workspace"
        workspace.mkdir()
        (workspace / "a.md").write_text("one\ntwo\n")
        (workspace / "b.md").write_text("other\n")
        self.hub = Hub(PROGRAM, {"session.workspace_dir": str(workspace), **self.settings}).start()
        self.addCleanup(lambda: self.stop_hub())
        self.url = self.hub.url("")

    def stop_hub(self):
        self.hub.stop()

    def environment(self, **more):
        return environment(HOME=str(self.folder), TERM="xterm", LC_ALL="C.UTF-8", NO_COLOR="1", **more)

    def script(self, lines, *options, name="Alice", **more):
        """`mpac join` on these commands: (exit code, output, complaints)."""
        done = subprocess.run([MPAC, "join", self.url, "demo", "--name", name, *options],
                              input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=PATIENCE,
                              env=self.environment(**more), cwd=self.folder)
        return done.returncode, done.stdout, done.stderr

    def good(self, lines, *options, **more):
        code, out, err = self.script(lines, *options, **more)
        self.assertEqual(code, 0, out + err)
        return out

    def terminal(self, *arguments, columns=80, rows=24, **more):
        made = Terminal([MPAC, *arguments], columns, rows, self.environment(**more), self.folder)
        self.addCleanup(made.end)
        return made


class Terminal:
    """A program at a pseudo-terminal. What it writes is kept as it came."""

    def __init__(self, command, columns, rows, env, cwd):
        self.master, slave = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.written = ""
        self.passed = 0
        self.process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=env, cwd=cwd,
                                        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, text):
        os.write(self.master, text.encode())

    def _read(self, within):
        if not select.select([self.master], [], [], within)[0]:
            return False
        try:
            some = os.read(self.master, 65536)
        except OSError:
            return False
        self.written += some.decode(errors="replace")
        return bool(some)

    def shows(self, pattern):
        """Waits until something that fits is written behind what was waited for before; the match."""
        end = time.monotonic() + PATIENCE
        while True:
            found = re.search(pattern, self.written[self.passed:], re.DOTALL)
            if found:
                self.passed += found.end()
                return found
            if not self._read(max(0, end - time.monotonic())) and time.monotonic() > end:
                raise AssertionError(f"{pattern!r} was never shown behind\n{self.written[self.passed:][-3000:]!r}")
            if self.process.poll() is not None and not self._read(0):
                if not re.search(pattern, self.written[self.passed:], re.DOTALL):
                    raise AssertionError(f"it ended before it showed {pattern!r}:\n{self.written!r}")

    def ends(self):
        """Waits for the program; its exit code."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            self._read(0.1)
            if time.monotonic() > end:
                raise AssertionError(f"it did not end:\n{self.written!r}")
        while self._read(0):
            pass
        return self.process.returncode

    def is_as_before(self):
        return termios.tcgetattr(self.slave)[:4] == self.before[:4]

    def signal(self, which):
        self.process.send_signal(which)

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(PATIENCE)
        os.close(self.master)
        os.close(self.slave)
