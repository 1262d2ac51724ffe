#!/usr/bin/env python3
"""examples/trip against a hub of its own, twice: what it prints is what its first lines promise.

usage: trip_test.py TRIP MPAC_CLUSTER
"""
import json
import pathlib
import signal
import subprocess
import sys
import tempfile

PATIENCE = 60  # seconds, for a machine under load
TOLD = ["Ann holds the days 1 to 3", "reports a conflict, scope_overlap", "Cleo gives day 3 to Ann",
        "Ann books three days at once", "gets neither: rejected", "Ben books day 4"]


def main():
    trip, cluster = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        command = [cluster, "--set", "listen.port=0", "--set", "admin.enabled=false",
                   "--set", f"node.data_dir={json.dumps(folder)}"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as hub:
            try:
                for line in hub.stderr:  # ends with the hub, if it can't start
                    if "ready" in line:
                        break
                port = json.loads((pathlib.Path(folder) / "listen.json").read_text())["port"]
                for _ in range(2):
                    done = subprocess.run([trip, f"ws://127.0.0.1:{port}"], capture_output=True, text=True,
                                          timeout=PATIENCE, check=False)
                    assert done.returncode == 0, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
                    said = done.stdout.splitlines()
                    for expected in TOLD:
                        assert any(expected in line for line in said), f"nobody says '{expected}':\n{done.stdout}"
            finally:
                hub.send_signal(signal.SIGTERM)
                hub.communicate(timeout=PATIENCE)
        assert hub.returncode == 0, hub.returncode
        done = subprocess.run([trip, f"ws://127.0.0.1:{port}"], capture_output=True, text=True, timeout=PATIENCE,
                              check=False)
        assert done.returncode == 1 and "Ann joins" in done.stderr, done  # and without a hub it says so


if __name__ == "__main__":
    main()
