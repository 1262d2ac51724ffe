"""Machines that are network namespaces, and pages whose lines are typed on them."""
import os
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds, for a machine under load
SKIPPED = 77


def sections(page):
    """The sections of a page by title: for each the lines of its ```sh blocks, as (name behind sh, line). Lines that
    belong together (a here-document) are one."""
    found, title, name, open_until = {}, "", None, None
    for line in (ROOT / page).read_text(encoding="utf-8").splitlines():
        if name and open_until:
            found[title][-1] = (name, found[title][-1][1] + "\n" + line)
            open_until = None if line == open_until else open_until
        elif line.startswith("## "):
            title = line[3:]
        elif line.startswith("```"):
            name = line.removeprefix("```sh").strip() if line.startswith("```sh ") else None
        elif name:
            found.setdefault(title, []).append((name, line))
            here = re.search(r"<<'(\w+)'", line)
            open_until = here and here.group(1)
    return found


def lines_of(section, name):
    return [line for block, line in section if block == name]


class Staying:
    """A program that runs on; what it says is heard line by line, and it may be told something."""

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

    def type(self, line=""):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def end(self):
        self.process.send_signal(signal.SIGINT)
        self.ends()

    def ends(self):
        self.process.wait(timeout=PATIENCE)
        assert self.process.returncode == 0, f"exit code {self.process.returncode}:\n" + "\n".join(
            self.said + list(filter(None, self.lines.queue)))


class Machine:
    """A network namespace that lives as long as a process in it, with a folder of its own."""

    def __init__(self, name, folder, tools, everybody):
        self.name = name
        self.folder = folder / name
        self.folder.mkdir()
        (self.folder / "tests").symlink_to(ROOT / "tests")  # its clone of this tree
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
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.everybody.callback(lambda: (process.poll() is None and process.kill(), process.wait()))
        return Staying(process)

    def export(self, line):
        """Types a line of `export`s: whatever is typed afterwards has them."""
        said = subprocess.run(self.command(f"{line}\nenv -0"), cwd=self.folder, env=self.environment, text=True,
                              capture_output=True, timeout=PATIENCE, check=True).stdout
        self.environment = dict(each.split("=", 1) for each in said.split("\0") if each)

    def run(self, line, expects=0, typed=None):
        done = subprocess.run(self.command(line), cwd=self.folder, env=self.environment, text=True, input=typed,
                              capture_output=True, timeout=PATIENCE, check=False)
        assert done.returncode == expects, f"on {self.name}: {line}\n{done.returncode} {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def give(self, file, to, name=None):
        shutil.copy(self.folder / file, to.folder / (name or pathlib.Path(file).name))

    def text(self, file):
        path = self.folder / file
        return path.read_text(encoding="utf-8") if path.exists() else ""


def in_namespaces(play):
    """Runs `play` as somebody who may make machines; the exit code for ctest."""
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
