"""What signatures cost the hub: the verified profile and the open one, in turns, and bare signatures beside the first.
Part of compare."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

MESSAGE_TARGET = 1.3  # the hub's whole CPU for a message, in a signature made and one checked
ADDED_TARGET = 1.3  # what the profile adds, in the signatures that are made and checked for it
SCALING_TARGET = 1.6  # at least: messages a second on two cores to those on one, where the swarm has cores besides

PARTICIPANTS = 4
KINDS = {"ed25519": ["ed25519"], "p256": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]}


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Keys:
    """An authority, a coordinator and agents in a folder."""

    def __init__(self, folder, kind):
        self.folder, self.kind = Path(folder), kind
        self.agents = self.folder / "agents"
        self.agents.mkdir()
        self.certify(self.folder / "authority", "authority", "basicConstraints=critical,CA:true",
                     "keyUsage=critical,keyCertSign")
        self.certify(self.folder / "coordinator", "hub", "keyUsage=critical,digitalSignature")
        for number in range(PARTICIPANTS):
            name, stem = f"agent:swarm-{number:04}", self.folder / "agents" / f"{number:04}"
            self.certify(stem, name, "keyUsage=critical,digitalSignature", by=self.folder / "authority")

    def certify(self, stem, name, *extensions, by=None):
        more = [word for each in extensions for word in ("-addext", each)]
        if not by:
            openssl("req", "-x509", "-newkey", *KINDS[self.kind], "-nodes", "-keyout", f"{stem}.key", "-out",
                    f"{stem}.pem", "-days", "30", "-subj", f"/CN={name}", *more)
        else:
            openssl("req", "-new", "-newkey", *KINDS[self.kind], "-nodes", "-keyout", f"{stem}.key", "-out",
                    f"{stem}.csr", "-subj", f"/CN={name}", *more)
            openssl("x509", "-req", "-in", f"{stem}.csr", "-out", f"{stem}.pem", "-days", "30", "-CA", f"{by}.pem",
                    "-CAkey", f"{by}.key", "-CAcreateserial", "-copy_extensions", "copy")
        os.chmod(f"{stem}.key", 0o600)

    def settings(self):
        return {"session.security_profile": '"verified"', "session.role_policy.default_role": '"owner"',
                "auth.x509.trust_anchors_file": f'"{self.folder}/authority.pem"',
                "coordinator.key_file": f'"{self.folder}/coordinator.key"',
                "coordinator.certificate_file": f'"{self.folder}/coordinator.pem"'}


class Yardstick:
    """build/bench/signature for the length of a `with`, on the core of what is measured: bare signatures cost more or
    less as the other core is busy and as the machine has other guests, so they are made at the same time. Their
    microseconds of CPU time are in `sign` and `check` afterwards."""

    def __init__(self, build, core, kind):
        self.command = ["taskset", "-c", core, build / "bench/signature", kind]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self

    def __exit__(self, failed, *_):
        said, _ = self.process.communicate()
        if failed:
            return
        if self.process.returncode:
            sys.exit(f"compare: signature ended with {self.process.returncode}")
        cost = json.loads(said)
        self.sign, self.check = cost["sign_us"], cost["check_us"]


class Signatures:
    """A part of bench/compare, whose `comparison` and core of the server it is given."""

    def __init__(self, comparison, core):
        self.all, self.core = comparison, core
        self.repetitions = comparison.arguments.repetitions or (1 if comparison.quick else 5)
        duration, warmup = (2, 1) if comparison.quick else (4, 1.5)
        self.load = {"sessions": 100, "participants": PARTICIPANTS, "outstanding": 4, "duration": duration,
                     "warmup": warmup}

    def run(self):
        print(f"\nVerified: 100 sessions x {PARTICIPANTS} participants, {self.load['outstanding']} outstanding, "
              f"{self.repetitions} x {self.load['duration']} s, medians")
        for kind in KINDS:
            with tempfile.TemporaryDirectory(prefix="mpac-compare-") as folder:
                keys = Keys(folder, kind)
                self.compare(kind, keys, "without conflicts", {})
                self.compare(kind, keys, "half in conflict", {"overlap": 0.5, "resolve": 0.5, "outstanding": 1})
                if kind == "ed25519":
                    self.scaling(keys)

    def compare(self, kind, keys, what, more):
        whole, added, costs = [], [], []
        load = {**self.load, **more}
        for _ in range(self.repetitions):
            with self.all.server("hub") as server:
                opened = self.all.checked(server.load(**load))
            with self.all.server("hub", keys.settings()) as server, Yardstick(self.all.build, self.core, kind) as bare:
                signed = self.all.checked(server.load(sign=keys.agents, **load))
            sign, check = bare.sign, bare.check
            cost = signed["us_per_request"]
            # What the hub says in this load are conflict reports, each signed once and told to its two parties.
            made = signed["notices"] / 2 / signed["requests"]
            costs.append((sign, check, opened["us_per_request"], cost, made))
            whole.append(cost / (sign + check))
            added.append((cost - opened["us_per_request"]) / (check + made * sign))
        sign, check, plain, cost, made = (statistics.median(each) for each in zip(*costs))
        print(f"\n  {kind}, {what}: OpenSSL signs in {sign:.1f} us and checks in {check:.1f} us; a message costs "
              f"{plain:.1f} us open, {cost:.1f} us verified, and makes the hub sign {made:.2f} frames")
        rows = (("message", whole, MESSAGE_TARGET, "a message, in a signature and a check"),
                ("added", added, ADDED_TARGET, "what is added, in those it takes"))
        for name, ratios, target, meaning in rows:
            ratio = statistics.median(ratios)
            print(f"  {meaning}: {self.all.judge(ratio, target)}   [{min(ratios):.2f} to {max(ratios):.2f}]")
            self.all.figures[f"verified_{name}_{kind}_{what.replace(' ', '_')}"] = ratio

    def scaling(self, keys):
        """Messages a second on one core and on two. With two cores in all the swarm has to share the second."""
        cores = sorted(os.sched_getaffinity(0))
        roomy = len(cores) >= 4
        swarm = ",".join(map(str, cores[2:])) if roomy else None
        more = {"threads": len(cores) - 2} if roomy else {}
        runs = []
        for _ in range(self.repetitions):
            rates = []
            for hub in (cores[:1], cores[:2]):
                with self.all.server("hub", keys.settings(), ",".join(map(str, hub)), swarm) as server:
                    report = self.all.checked(server.load(sign=keys.agents, **self.load, **more))
                    rates.append(report["requests_per_second"])
            runs.append(rates[1] / rates[0])
        ratio = statistics.median(runs)
        judged = (f"(at least {SCALING_TARGET}: {self.all.reached(ratio >= SCALING_TARGET)})" if roomy else
                  "(the swarm shares the second: no target)")
        print(f"\n  ed25519, the hub on two cores: {ratio:.2f} of the messages a second on one {judged}   "
              f"[{min(runs):.2f} to {max(runs):.2f}]")
        self.all.figures["verified_two_cores"] = ratio
