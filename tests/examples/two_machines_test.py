#!/usr/bin/env python3
"""examples/two-machines, as its README types it, on machines that are network namespaces of their own.

usage: two_machines_test.py MPAC CHANGE_FILE

Each ```sh block of the README names its machine. Lines that stay (`mpac host`, `--follow`) are started and waited for;
all others have to end with 0.
"""
import contextlib
import os
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds, for a machine under load
SKIPPED = 77


def readme():
    """The sections of the README by title, each a list of (machine, line)."""
    sections, title, machine = {}, "", None
    for line in (ROOT / "examples/two-machines/README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            title = line[3:]
        elif line.startswith("```"):
            machine = line.removeprefix("```").removeprefix("sh").strip() or None
        elif machine:
            sections.setdefault(title, []).append((machine, line))
    return sections


class Staying:
    """A program that runs on; what it says is heard line by line."""

    def __init__(self, process):
        self.process = process
        self.lines = queue.Queue()
        self.said = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def says(self, pattern):
        """The next line that holds the pattern."""
        while True:
            try:
                line = self.lines.get(timeout=PATIENCE)
            except queue.Empty:
                line = None
            assert line is not None, f"nobody said '{pattern}':\n" + "\n".join(self.said)
            self.said.append(line)
            if re.search(pattern, line):
                return line

    def until(self, is_so, what):
        """Waits, from line to line, until something has come true."""
        while not is_so():
            try:
                line = self.lines.get(timeout=PATIENCE)
            except queue.Empty:
                line = None
            assert line is not None, f"{what}:\n" + "\n".join(self.said)
            self.said.append(line)

    def end(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=PATIENCE)
        assert self.process.returncode == 0, f"exit code {self.process.returncode}:\n" + "\n".join(
            self.said + list(filter(None, self.lines.queue)))


class Machine:
    """A network namespace that lives as long as a process in it, with a folder of its own."""

    def __init__(self, name, folder, tools, everybody):
        self.name = name
        self.folder = folder / name
        self.folder.mkdir()
        self.keeper = everybody.enter_context(subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "ip link set lo up && echo up && exec cat"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True))
        everybody.callback(self.keeper.stdin.close)
        assert self.keeper.stdout.readline() == "up\n", f"the machine {name} does not come up"
        self.everybody = everybody
        self.environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "NO_COLOR": "1"}

    def connect(self, other, own, others):
        """A cable to another machine, with an address at each end."""
        ends = [f"{self.name}-{other.name}", f"{other.name}-{self.name}"]
        subprocess.run(["ip", "link", "add", ends[0], "netns", str(self.keeper.pid), "type", "veth", "peer", "name",
                        ends[1], "netns", str(other.keeper.pid)], check=True)
        for machine, end, address in ((self, ends[0], own), (other, ends[1], others)):
            machine.run(f"ip address add {address}/24 dev {end}")
            machine.run(f"ip link set {end} up")

    def command(self, line):
        return ["nsenter", "--net", f"--target={self.keeper.pid}", "sh", "-c", line]

    def start(self, line):
        # `exec`: the signal goes to the program, not to its shell.
        process = subprocess.Popen(self.command("exec " + line), cwd=self.folder, env=self.environment, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.everybody.callback(lambda: (process.poll() is None and process.kill(), process.wait()))
        return Staying(process)

    def run(self, line, expects=0):
        done = subprocess.run(self.command(line), cwd=self.folder, env=self.environment, text=True,
                              capture_output=True, timeout=PATIENCE, check=False)
        assert done.returncode == expects, f"on {self.name}: {line}\n{done.returncode} {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def begin(self, line):
        """The same in the background: to be waited for with `finish`."""
        return line, subprocess.Popen(self.command(line), cwd=self.folder, env=self.environment, text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def finish(self, begun):
        line, process = begun
        said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, f"on {self.name}: {line}\n{process.returncode} {said}"

    def give(self, file, to, name=None):
        shutil.copy(self.folder / file, to.folder / (name or pathlib.Path(file).name))

    def text(self, file):
        path = self.folder / file
        return path.read_text(encoding="utf-8") if path.exists() else ""


def plant(machine):
    garden = machine.folder / "garden"
    shutil.rmtree(garden, ignore_errors=True)
    garden.mkdir()
    (garden / "plan.txt").write_text("The garden\n", encoding="utf-8")
    (garden / "rules.txt").write_text("No dogs\n", encoding="utf-8")


def on_a_lan(lines, host, guest):
    plant(host)
    (hosting, bobs, anns) = lines
    hub = host.start(hosting[1])
    hub.says("WITHOUT TLS")
    hub.says("Sharing .*garden .2 files. as session garden")
    assert "ws://192.168.77.1:8766" in hub.says("ws://")
    hub.says("Ctrl-C ends it")
    host.give("garden/.mpac/guests/agent-bob.key", guest)

    # These are two machines, and the door has a lock.
    elsewhere = "change-file ws://127.0.0.1:8766 garden bob plan.txt x"
    assert "refused" in guest.run(elsewhere, expects=1).lower()
    assert "CREDENTIAL_REJECTED" in guest.run("change-file ws://192.168.77.1:8766 garden bob plan.txt x", expects=1)
    as_ann = bobs[1].replace(" garden bob ", " garden ann ")
    assert "CREDENTIAL_REJECTED" in guest.run(as_ann, expects=1)

    racing = [(guest, guest.begin(bobs[1])), (host, host.begin(anns[1]))]
    for machine, begun in racing:
        machine.finish(begun)
    wanted = {"The garden", "Bob plants beans", "Ann plants peas"}
    hub.until(lambda: set(host.text("garden/plan.txt").splitlines()) == wanted, "not both lines are on the disk")

    # A new file in a new folder arrives; where commands are kept, nothing does.
    new = bobs[1].replace("plan.txt", "beds/north.txt")
    guest.run(new)
    hub.says("beds/north.txt: written .agent:bob")
    assert host.text("garden/beds/north.txt") == "Bob plants beans\n"
    guest.run(bobs[1].replace("plan.txt", ".git/hooks/post-checkout"))
    hub.says("post-checkout: NOT written")
    assert not (host.folder / "garden/.git").exists()
    guest.run(bobs[1].replace("plan.txt", "../escaped.txt"), expects=1)
    assert not (host.folder / "escaped.txt").exists()

    # What is edited on the disk meanwhile stays, and both versions are there.
    (host.folder / "garden/rules.txt").write_text("Dogs on a leash\n", encoding="utf-8")
    guest.run(bobs[1].replace("plan.txt", "rules.txt"))
    said = hub.says("rules.txt: NOT written")
    assert host.text("garden/rules.txt") == "Dogs on a leash\n"
    aside = re.search(r"is in (\S+)", said).group(1)
    assert host.text(f"garden/{aside}") == "No dogs\nBob plants beans\n"
    hub.end()


def encrypted(lines, host, guest):
    plant(host)
    (making, hosting, bobs, folder, following) = lines
    host.run(making[1])
    hub = host.start(hosting[1])
    hub.says("Ctrl-C ends it")
    assert not any("WITHOUT TLS" in line for line in hub.said), hub.said
    host.give("hub.pem", guest)
    for name in ("bob", "bob-files"):
        host.give(f"garden/.mpac/guests/agent-{name}.key", guest)
    (guest.folder / "other.pem").write_bytes((host.folder / "hub.pem").read_bytes()[:64])
    guest.run(bobs[1].replace("hub.pem", "other.pem"), expects=1)
    guest.run(folder[1])
    copying = guest.start(following[1])
    copying.says("rules.txt: written")
    copying.says("following")
    guest.run(bobs[1])
    copying.until(lambda: "Bob waters" in guest.text("copy/plan.txt"), "the guest's copy does not follow")
    hub.until(lambda: "Bob waters" in host.text("garden/plan.txt"), "the host's directory does not follow")
    copying.end()
    hub.end()


def over_a_relay(lines, host, guest, relay):
    for machine in (host, relay):
        plant(machine)
    (hosting, following, anns, bobs) = lines
    hub = relay.start(hosting[1])
    hub.says("Ctrl-C ends it")
    for name in ("ann", "ann-files"):
        relay.give(f"garden/.mpac/guests/agent-{name}.key", host)
    relay.give("garden/.mpac/guests/agent-bob.key", guest)
    assert "unreachable" in host.run("ping -c 1 -W 1 192.168.79.2 2>&1 || echo unreachable")  # no way round the relay
    copying = host.start(following[1])
    copying.says("2 files together, 0 to write, 0 that differ; following")
    host.run(anns[1])
    guest.run(bobs[1])
    wanted = {"The garden", "Ann harvests", "Bob cooks"}
    copying.until(lambda: set(host.text("garden/plan.txt").splitlines()) == wanted, "the directory does not follow")
    copying.end()
    hub.end()


def play():
    tools = os.pathsep.join(dict.fromkeys(str(pathlib.Path(each).resolve().parent) for each in sys.argv[1:3]))
    sections = readme()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as everybody:
        host, guest, relay = (Machine(name, pathlib.Path(folder), tools, everybody)
                              for name in ("host", "guest", "relay"))
        host.connect(guest, "192.168.77.1", "192.168.77.2")
        relay.connect(host, "192.168.78.1", "192.168.78.2")
        relay.connect(guest, "192.168.79.1", "192.168.79.2")
        on_a_lan(sections["On a LAN"], host, guest)
        encrypted(sections["So that nobody reads along"], host, guest)
        over_a_relay(sections["Over a relay"], host, guest, relay)


def main():
    if os.environ.get("MPAC_IN_NAMESPACE"):
        play()
        return 0
    alone = ["unshare", "--user", "--map-root-user", "--net"]
    if not all(map(shutil.which, ("unshare", "nsenter", "ip", "openssl"))):
        print("skipped: unshare, nsenter, ip (iproute2) and openssl are needed")
        return SKIPPED
    probe = [*alone, "sh", "-c", "ip link add probe type veth peer name eborp && ip link set lo up"]
    if (denied := subprocess.run(probe, capture_output=True, text=True, check=False)).returncode != 0:
        print(f"skipped: this system lets nobody make network namespaces with cables: {denied.stderr.strip()}")
        return SKIPPED
    return subprocess.run([*alone, sys.executable, *sys.argv], env={**os.environ, "MPAC_IN_NAMESPACE": "1"},
                          check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
