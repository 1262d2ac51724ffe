"""A hub that is ended in whatever way and comes back to the same data folder."""
import contextlib
import json
import pathlib
import signal
import subprocess
import time

from running_hub import PATIENCE, Hub, arguments, as_toml, environment


class MortalHub(Hub):
    """`live`, then `die`, `leave` or both, and again."""

    def __init__(self, program, data_dir, settings):
        super().__init__(program, {"store.engine": "rocksdb", **settings})
        self.data = pathlib.Path(data_dir)
        self.life = 0

    def begin(self, **settings):
        """Starts a process, and does not wait for it."""
        self.life += 1
        self.data.mkdir(parents=True, exist_ok=True)
        (self.data / "listen.json").unlink(missing_ok=True)
        told = {**self.settings, **settings, "node.data_dir": str(self.data)}
        # Into a file: whoever is killed loses no line of it, and nobody has to read along.
        self.log_file = self.data / "hub.log"
        with self.log_file.open("ab") as log:
            log.write(f"--- life {self.life}: {told}\n".encode())
            log.flush()
            self.process = subprocess.Popen([self.program, *arguments(told), *self.options], stdout=log, stderr=log,
                                            env=environment())

    def is_ready(self):
        """Waits until it can be spoken to; the seconds this took."""
        began = time.monotonic()
        while not (self.data / "listen.json").exists():
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = self.process.wait(0.002)
                raise AssertionError(f"the hub ended with {code} instead of being ready")
            if time.monotonic() - began > PATIENCE:
                raise AssertionError("the hub was not ready in time")
        self.ports = json.loads((self.data / "listen.json").read_text())
        return time.monotonic() - began

    def die(self):
        """SIGKILL, whatever it is doing."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def leave(self):
        """SIGTERM, and nothing else; it may then be killed nevertheless."""
        self.process.send_signal(signal.SIGTERM)

    def left(self):
        """Waits for the end it was asked for."""
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError("the hub did not end after SIGTERM") from None
        assert code == 0, f"the hub ended with {code} after SIGTERM"

    def threads(self):
        """What each of its threads waits for."""
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").glob("*")
        return [f"{(each / 'comm').read_text().strip()}: {(each / 'wchan').read_text()}" for each in tasks]

    def complaints(self):
        """Lines of the log that tell of an error or a mistake in the program."""
        return [line for line in self.log_file.read_text(errors="replace").splitlines()
                if " error " in line or " critical " in line]


__all__ = ["MortalHub", "as_toml"]
