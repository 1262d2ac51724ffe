"""What a crowd that means no good does to the others: the p99 of well-behaved sessions with it, without, and with it at
another door, in turns. Part of compare."""

import contextlib
import hashlib
import json
import os
import secrets
import select
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HOSTILE_TARGET = 1.5  # p99 of well-behaved sessions with the crowd, to that without
# What is held against it. The crowd never rests, so what it does to others is done in each second; a virtual machine
# that stands still for 10 ms a few times in a round would decide over the p99 of the whole.
JUDGED = ("a usual second", "p99")

# What an operator sets who stands between strangers: docs/operations.md.
LIMITS = {"limits.connections_per_address": 500, "limits.handshakes_per_address_per_sec": 40}
CROWD_PATIENCE = 60  # seconds
ADDRESSES = 25  # of the crowd; the swarm has one of its own, and both keep within the first limit
FIRST, LAST = ["chrt", "--rr", "1"], ["chrt", "--idle", "0"]  # on their core: before all others, and after them


class Surroundings:
    """A network of its own for one round, for the length of a `with`: some 60,000 connections of the round before would
    be in TIME_WAIT for a minute, and the system would let go of thousands of them at a time in the midst of this one.
    And `first`: the hub and the swarm go before whoever else works on this machine. Both need rights that few but root
    have; where they are missing `are_given` is false, and the figures tell of those things too."""

    def __init__(self):
        self.name = f"mpac-compare-{os.getpid()}"
        self.inside = ["ip", "netns", "exec", self.name]
        self.first = self.inside + FIRST

    def __enter__(self):
        try:
            for command in (["ip", "netns", "add", self.name], [*self.inside, "ip", "link", "set", "lo", "up"],
                            [*self.first, "true"]):
                subprocess.run(command, check=True, capture_output=True)
            self.are_given = True
        except (OSError, subprocess.CalledProcessError):
            self.__exit__()
            self.are_given, self.inside, self.first = False, [], []
        return self

    def __exit__(self, *_):
        if shutil.which("ip"):
            subprocess.run(["ip", "netns", "delete", self.name], capture_output=True)  # fails where there is none


class Crowd:
    """build/bench/hostile, for the length of a `with`; `deeds` are there afterwards. It gets what time the swarm leaves
    on their core, so that the swarm's own clock stays good."""

    def __init__(self, build, core, port, connections, under):
        self.command = [*under, *LAST, "taskset", "-c", core, build / "bench/hostile", "--port", port, "--connections",
                        connections, "--addresses", ADDRESSES]

    def __enter__(self):
        self.process = subprocess.Popen([str(c) for c in self.command], stdout=subprocess.PIPE, text=True)
        if not select.select([self.process.stdout], [], [], CROWD_PATIENCE)[0]:
            self.process.kill()
            self.process.wait()
            sys.exit(f"compare: the crowd has not come within {CROWD_PATIENCE} s: somebody else uses its core")
        if not self.process.stdout.readline():
            sys.exit(f"compare: the crowd ended with {self.process.wait()}")
        return self

    def __exit__(self, failed, *_):
        self.process.send_signal(signal.SIGTERM)
        said, _ = self.process.communicate()
        if failed:
            return
        if not said:
            sys.exit(f"compare: the crowd ended with {self.process.returncode}")
        self.deeds = json.loads(said)
        if self.deeds["admitted"]:
            sys.exit("compare: somebody of the crowd was let in")


class Hostility:
    """A part of bench/compare, whose `comparison` and core of the swarm it is given."""

    def __init__(self, comparison, core):
        self.all, self.core = comparison, core

    def run(self):
        quick = self.all.quick
        connections = 500 if quick else 10000
        participants, rate = 4, 400
        repetitions = self.all.arguments.repetitions or (1 if quick else 5)
        self.load = {"participants": participants, "rate": rate, "duration": 2 if quick else 12,
                     "warmup": 0.5 if quick else 2, "sessions": 100}
        with Surroundings() as around:
            self.is_alone = around.are_given
            shared = "" if around.are_given else "; without the rights to keep out what else this machine does"
        print(f"\nHostile: 100 sessions x {participants} participants, {rate} requests a second in all, beside "
              f"{connections:,} hostile connections, {repetitions} x {self.load['duration']} s, medians{shared}")
        with tempfile.TemporaryDirectory(prefix="mpac-compare-") as folder:
            key, file = secrets.token_urlsafe(24), Path(folder, "keys.toml")
            file.write_text("".join(
                f'[[key]]\nsha256 = "{hashlib.sha256(f"{key}-{p}".encode()).hexdigest()}"\n'
                f'principal_id = "agent:swarm-{p:04}"\nsessions = "*"\n' for p in range(participants)))
            file.chmod(0o600)
            self.load["api_key"] = key + "-{p}"
            self.settings = {"log.file": f'"{folder}/hub.log"', "session.security_profile": '"authenticated"',
                             "auth.api_keys_file": f'"{file}"',
                             "session.role_policy.default_role": '"contributor"', **LIMITS}
            self.compare(connections, repetitions)

    def round(self, crowd_at=None, connections=0):
        """The load alone, or beside the crowd at the door of "this" hub, or of "another" one that runs last of all on
        the same core: what the crowd does to the others there is the machine's part, and none of their own hub's. With
        the crowd's deeds."""
        with contextlib.ExitStack() as stack:
            around = stack.enter_context(Surroundings())
            if around.are_given != self.is_alone:
                sys.exit("compare: not all rounds could have a network of their own")
            server = stack.enter_context(self.all.server("hub", self.settings, under=around.first,
                                                         swarm_under=around.first))
            crowd = None
            if crowd_at:
                other = server if crowd_at == "this" else stack.enter_context(
                    self.all.server("hub", self.settings, under=around.inside + LAST))
                crowd = stack.enter_context(Crowd(self.all.build, self.core, other.port, connections, around.inside))
            report = self.all.checked(server.load(**self.load))
        return report, crowd and crowd.deeds

    def compare(self, connections, repetitions):
        alone, beside, elsewhere, deeds = [], [], [], []
        for _ in range(repetitions):
            alone.append(self.round()[0])
            report, done = self.round("this", connections)
            beside.append(report)
            deeds.append(done)
            elsewhere.append(self.round("another", connections)[0])

        if not all(report["requests"] for report in alone + beside + elsewhere):
            sys.exit("compare: the swarm did not come in")

        def busy(reports):
            return statistics.median((r["hub"]["user_seconds"] + r["hub"]["system_seconds"]) / r["seconds"]
                                     for r in reports)

        for what, kind, shares in (("a usual second", "latency_us_of_a_second", ("p50", "p90", "p99")),
                                   ("the whole round", "latency_us", ("p99", "p99.9"))):
            for share in shares:
                columns = [[r[kind][share] for r in reports] for reports in (alone, beside, elsewhere)]
                found, machine = ([b / a for a, b in zip(columns[0], column)] for column in columns[1:])
                is_judged = (what, share) == JUDGED
                ratio = statistics.median(found)
                shown = self.all.judge(ratio, HOSTILE_TARGET) if is_judged else f"{ratio:.2f}"
                plain, near, far = (f"{statistics.median(column):,.0f} us" for column in columns)
                print(f"  {share} of {what}: {plain} alone, {near} beside them: {shown}   [{min(found):.2f} to "
                      f"{max(found):.2f}]; {far} beside them at another door: {statistics.median(machine):.2f}")
                if is_judged:
                    print("    round by round: " + "; ".join(", ".join(f"{us:,.0f}" for us in row)
                                                             for row in zip(*columns)))
                name = f"{share}_of_{what.replace(' ', '_')}"
                self.all.figures[f"hostile/alone_{name}"] = ratio
                self.all.figures[f"hostile_elsewhere/alone_{name}"] = statistics.median(machine)
        print(f"  the hub used {busy(alone):.0%} of its core alone, {busy(beside):.0%} beside them")
        names = {"opened": "connections", "ended": "ended by the hub", "turned_away": "upgrades refused",
                 "hellos": "bad credentials", "answers": "answers"}
        print("  in one round they made " + ", ".join(
            f"{statistics.median(d[key] for d in deeds):,.0f} {name}" for key, name in names.items()))
