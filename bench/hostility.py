"""What a crowd that means no good does to the others: the p99 of well-behaved sessions with it and without, in turns.
Part of compare."""

import hashlib
import json
import os
import secrets
import select
import signal
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HOSTILE_TARGET = 1.5  # p99 of well-behaved sessions with the crowd, to that without

# What an operator sets who stands between strangers: docs/operations.md.
LIMITS = {"limits.connections_per_address": 500, "limits.handshakes_per_address_per_sec": 40}
CROWD_PATIENCE = 60  # seconds
ADDRESSES = 25  # of the crowd; the swarm has one of its own, and both keep within the first limit


def behind_all_others():
    """The crowd gets what time the swarm leaves, so that the swarm's own clock stays good."""
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


class Crowd:
    """build/bench/hostile, for the length of a `with`; `deeds` are there afterwards."""

    def __init__(self, build, core, port, connections):
        self.command = ["taskset", "-c", core, build / "bench/hostile", "--port", port, "--connections", connections,
                        "--addresses", ADDRESSES]

    def __enter__(self):
        self.process = subprocess.Popen([str(c) for c in self.command], stdout=subprocess.PIPE, text=True,
                                        preexec_fn=behind_all_others)
        if not select.select([self.process.stdout], [], [], CROWD_PATIENCE)[0]:
            self.process.kill()
            self.process.wait()
            sys.exit(f"compare: the crowd has not come within {CROWD_PATIENCE} s: somebody else uses its core")
        if not self.process.stdout.readline():
            sys.exit(f"compare: the crowd ended with {self.process.wait()}")
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        said, _ = self.process.communicate()
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
        print(f"\nHostile: 100 sessions x {participants} participants, {rate} requests a second in all, beside "
              f"{connections:,} hostile connections, {repetitions} x {self.load['duration']} s, medians")
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

    def compare(self, connections, repetitions):
        quiet, crowded, deeds = [], [], []
        for _ in range(repetitions):
            with self.all.server("hub", self.settings) as server:
                quiet.append(self.all.checked(server.load(**self.load)))
            with self.all.server("hub", self.settings) as server:
                with Crowd(self.all.build, self.core, server.port, connections) as crowd:
                    crowded.append(self.all.checked(server.load(**self.load)))
            deeds.append(crowd.deeds)

        if not all(report["requests"] for report in quiet + crowded):
            sys.exit("compare: the swarm did not come in")

        def median(reports, share):
            return statistics.median(r["latency_us"][share] for r in reports)

        def busy(reports):
            return statistics.median((r["hub"]["user_seconds"] + r["hub"]["system_seconds"]) / r["seconds"]
                                     for r in reports)

        for share in ("p50", "p90", "p99", "p99.9"):
            ratios = [b["latency_us"][share] / a["latency_us"][share] for a, b in zip(quiet, crowded)]
            ratio = statistics.median(ratios)
            shown = self.all.judge(ratio, HOSTILE_TARGET) if share == "p99" else f"{ratio:.2f}"
            print(f"  {share}: {median(quiet, share):,.0f} us alone, {median(crowded, share):,.0f} us beside them: "
                  f"{shown}   [{min(ratios):.2f} to {max(ratios):.2f}]")
            self.all.figures[f"hostile/alone_{share}"] = ratio
        print(f"  the hub used {busy(quiet):.0%} of its core alone, {busy(crowded):.0%} beside them")
        names = {"opened": "connections", "ended": "ended by the hub", "turned_away": "upgrades refused",
                 "hellos": "bad credentials", "answers": "answers"}
        print("  in one round they made " + ", ".join(
            f"{statistics.median(d[key] for d in deeds):,.0f} {name}" for key, name in names.items()))
