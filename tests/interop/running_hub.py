"""A hub of one's own: started from the built program on free ports, with a data folder that goes when it goes."""
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

PATIENCE = 30  # seconds, for a machine under load
QUIET = {"listen.port": 0, "admin.port": 0, "store.engine": "memory"}


def as_toml(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, (str, list)) else str(value)


def arguments(settings):
    return [part for key, value in settings.items() for part in ("--set", f"{key}={as_toml(value)}")]


def environment(**more):
    """This one without whatever would configure the hub behind a test's back."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MPAC_")}
    return {**clean, **more}


def run(program, *options, env=None):
    """Runs the program to its end: (exit code, what it printed, what it complained about)."""
    done = subprocess.run([program, *options], capture_output=True, text=True, timeout=PATIENCE,
                          env=env or environment())
    return done.returncode, done.stdout, done.stderr


class Hub:
    """One process; use as a context, or call `start` and `stop`."""

    def __init__(self, program, settings=None, options=(), env=None, folder=None):
        self.program = program
        self.given_folder = folder
        self.settings = {**QUIET, **(settings or {})}
        self.options = list(options)
        self.env = env
        self.process = None
        self.ports = {}
        self.log = []
        self.heard = threading.Condition()

    def start(self):
        self.folder = tempfile.TemporaryDirectory(prefix="mpac-interop-")
        data = pathlib.Path(self.given_folder or self.folder.name) / "data"
        command = [self.program, *self.options,
                   *arguments({key: value for key, value in self.settings.items() if value is not None}),
                   "--set", f"node.data_dir={as_toml(str(data))}"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, errors="replace",
                                        env=self.env or environment())
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        self.says(" ready ")
        self.ports = json.loads((data / "listen.json").read_text())
        return self

    def _listen(self):
        for line in self.process.stderr:
            with self.heard:
                self.log.append(line)
                self.heard.notify_all()
        with self.heard:
            self.log.append(None)
            self.heard.notify_all()

    def says(self, words, after=0):
        """Waits for a line of the log with these words; the number of lines then read, to go on from."""
        end = time.monotonic() + PATIENCE
        with self.heard:
            at = after
            while True:
                for at in range(at, len(self.log)):
                    if self.log[at] is None:
                        raise AssertionError(f"the hub ended before it said '{words}':\n{self.all_said()}")
                    if words in self.log[at]:
                        return at + 1
                at = len(self.log)
                if not self.heard.wait(end - time.monotonic()):
                    raise AssertionError(f"the hub never said '{words}':\n{self.all_said()}")

    def all_said(self):
        return "".join(line for line in self.log if line)

    def signal(self, which):
        self.process.send_signal(which)

    def ends(self):
        """Waits for the process; its exit code."""
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"the hub did not end:\n{self.all_said()}") from None

    def stop(self):
        """Asks it to leave and holds it to a clean exit."""
        try:
            if self.process.poll() is None:
                self.signal(signal.SIGTERM)
            code = self.ends()
            self.listener.join(PATIENCE)
            self.process.stderr.close()
            assert code == 0, f"the hub ended with {code}:\n{self.all_said()}"
        finally:
            self.folder.cleanup()

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        if kind is None:
            return self.stop()
        with contextlib.suppress(AssertionError):
            self.stop()

    def url(self, path):
        return f"ws://127.0.0.1:{self.ports['port']}{path}"

    def admin(self, method, path, body=None, headers=None):
        """One call of the admin listener: (status, headers, content as JSON where it is, else text)."""
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports['admin_port']}{path}", data, headers or {},
                                         method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                status, said, content = answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                status, said, content = refused.code, refused.headers, refused.read().decode()
        with contextlib.suppress(json.JSONDecodeError):
            content = json.loads(content)
        return status, said, content

    def snapshot(self, session):
        status, _, content = self.admin("GET", f"/api/v1/sessions/{session}/snapshot")
        assert status == 200, (status, content)
        return content
