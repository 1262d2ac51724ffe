"""What keeping costs: the durable store held against memory, and against the disk it writes to. Part of compare."""

import http.client
import json
import os
import re
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

THROUGHPUT_TARGET = 0.7  # at least: deliveries a second with a durable store to those in memory, 1,000 busy sessions
LATENCY_TARGET = 2.0  # median added latency, in syncs of this disk
WRITTEN_TARGET = 3.0  # bytes that reach the disk, to the bytes of the frames that are kept
START_TARGET = 2.0  # seconds until a hub with very many stored sessions takes connections

DURABLE = {"store.engine": '"rocksdb"', "store.sync": '"commit"'}


def sync_of_the_disk(per_second, count=200):
    """Median seconds of an fdatasync behind 4 KiB written over in a file, where the store would lie; so many a second,
    for a disk that has been left alone takes longer than one that is kept awake."""
    pause = threading.Event()
    with tempfile.NamedTemporaryFile(prefix="mpac-compare-") as file:
        file.write(bytes(1 << 20))
        file.flush()
        os.fsync(file.fileno())
        times = []
        for number in range(count):
            pause.wait(1 / per_second)
            os.pwrite(file.fileno(), bytes(4096), (number % 200) * 4096)
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - begun)
    return statistics.median(times)


def written(process):
    return int(re.search(r"^write_bytes: (\d+)", Path(f"/proc/{process.pid}/io").read_text(), re.M)[1])


class Durability:
    """Its figures go into those of the comparison."""

    def __init__(self, comparison):
        self.all = comparison

    def loads(self, settings, **options):
        """One run: (report, bytes written to the disk for each byte of the frames that were sent)."""
        with self.all.server("hub", settings) as server:
            report = self.all.checked(server.load(**options))
            frame = report["bytes_received"] / max(report["deliveries"] + report["notices"], 1)
            ratio = written(server.process) / max(report["sent"] * frame, 1)
        return report, ratio

    def throughput(self):
        sessions, duration = (100, 2) if self.all.quick else (1000, 10)
        repetitions = self.all.arguments.repetitions or (1 if self.all.quick else 3)
        load = {"sessions": sessions, "participants": 4, "outstanding": 1, "duration": duration, "warmup": 1}
        runs = [(self.loads({}, **load)[0], *self.loads(DURABLE, **load)) for _ in range(repetitions)]
        ratios = [kept["deliveries_per_second"] / memory["deliveries_per_second"] for memory, kept, _ in runs]
        ratio = statistics.median(ratios)
        print(f"  {sessions} busy sessions of 4: {ratio:.2f} of the deliveries that memory makes (at least "
              f"{THROUGHPUT_TARGET}: {self.all.reached(ratio >= THROUGHPUT_TARGET)})   "
              f"[{min(ratios):.2f} to {max(ratios):.2f}]")
        amount = statistics.median(amount for _, _, amount in runs)
        print(f"  written to the disk for each byte of the frames: {self.all.judge(amount, WRITTEN_TARGET)}")
        self.all.figures["durable_throughput"], self.all.figures["durable_written"] = ratio, amount

    def latency(self):
        repetitions = self.all.arguments.repetitions or (1 if self.all.quick else 5)
        rate = 200
        load = {"sessions": 10, "participants": 4, "rate": rate, "duration": 2 if self.all.quick else 5, "warmup": 0.5}
        added, syncs = [], []
        for _ in range(repetitions):
            before = sync_of_the_disk(rate)
            memory, kept = (self.loads(settings, **load)[0]["latency_us"]["p50"] for settings in ({}, DURABLE))
            syncs.append((before + sync_of_the_disk(rate)) / 2 * 1e6)
            added.append(kept - memory)
        ratio = statistics.median(a / s for a, s in zip(added, syncs))
        print(f"  at {rate} requests a second keeping adds {statistics.median(added):,.0f} us to the median latency, "
              f"and a sync takes {statistics.median(syncs):,.0f} us: {self.all.judge(ratio, LATENCY_TARGET)} syncs")
        self.all.figures["durable_latency_syncs"] = ratio

    def start(self):
        """A hub that knows very many sessions, of which none is in memory."""
        count = 2000 if self.all.quick else 100_000
        settings = {**DURABLE, "store.idle_unload_sec": 0.05}
        with self.all.server("hub", settings) as server:
            admin = http.client.HTTPConnection("127.0.0.1", server.admin_port)
            for number in range(count):
                admin.request("POST", "/api/v1/sessions", json.dumps({"session_id": f"known-{number}"}))
                answer = admin.getresponse()
                answer.read()
                if answer.status != 201:
                    sys.exit(f"compare: creating a session was answered with {answer.status}")
            admin.close()
            took = server.restart()
            begun = time.monotonic()
            admin = http.client.HTTPConnection("127.0.0.1", server.admin_port)
            admin.request("GET", f"/api/v1/sessions/known-{count // 2}")
            answer = admin.getresponse()
            answer.read()
            first = time.monotonic() - begun
            print(f"  a hub that knows {count:,} sessions takes connections after {self.all.judge(took, START_TARGET)} "
                  f"s and shows one of them {first * 1e3:.0f} ms later; it holds {server.memory() // 1024:,} MiB")
        self.all.figures["durable_start_seconds"] = took

    def run(self):
        print("\nDurability: store.engine = \"rocksdb\", store.sync = \"commit\"")
        self.throughput()
        self.latency()
        self.start()
