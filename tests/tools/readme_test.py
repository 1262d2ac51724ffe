#!/usr/bin/env python3
"""The README's session by hand, played as it is printed there: what it promises is what a reader gets.

usage: readme_test.py MPAC_CLUSTER
"""
import asyncio
import contextlib
import json
import pathlib
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

import websockets

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 20  # seconds, for a machine under load


def letters():
    """Every line the README asks its reader to paste, in order."""
    for block in re.findall(r"```json\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL):
        yield from block.splitlines()


@contextlib.contextmanager
def hub(program):
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "--config", ROOT / "config" / "cluster.toml", "--set", "listen.port=0",
                   "--set", "admin.port=0", "--set", f'node.data_dir="{folder}"']
        with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
            try:
                yield ready(process, pathlib.Path(folder) / "listen.json")
            finally:
                process.send_signal(signal.SIGTERM)
                _, said = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, f"exit code {process.returncode} after SIGTERM:\n{said.decode()}"


def ready(process, listen):
    """Reads the log until the hub has said where it listens."""
    log, end = b"", time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if listen.exists():
            with contextlib.suppress(json.JSONDecodeError):
                return json.loads(listen.read_text())
        if select.select([process.stderr], [], [], 0.05)[0]:
            log += process.stderr.read1()
    raise AssertionError(f"the hub did not become ready:\n{log.decode()}")


class Person:
    """One terminal of the README."""

    def __init__(self, socket):
        self.socket = socket
        self.heard = []

    async def hears(self, what, **payload):
        """The next message of this type whose payload holds these values; errors speak at once."""
        while True:
            message = json.loads(await asyncio.wait_for(self.socket.recv(), PATIENCE))
            self.heard.append(message)
            kind, content = message.get("message_type"), message.get("payload", {})
            assert kind != "PROTOCOL_ERROR" or what == kind, message
            if kind == what and all(content.get(key) == value for key, value in payload.items()):
                return message


async def play(ports):
    address = f"ws://127.0.0.1:{ports['port']}/session/demo"
    lines = list(letters())
    said = [json.loads(line)["message_id"] for line in lines]
    assert said == ["a-1", "a-2", "b-1", "b-2", "b-3", "a-3", "a-4", "a-5"], said

    async with websockets.connect(address) as first, websockets.connect(address) as second:
        alice, bob = Person(first), Person(second)
        paste = iter(lines)

        await first.send(next(paste))
        welcome = await alice.hears("SESSION_INFO")
        assert welcome["payload"]["granted_roles"] == ["owner"], welcome
        await first.send(next(paste))
        await alice.hears("INTENT_ANNOUNCE", intent_id="i-alice")

        await second.send(next(paste))
        await bob.hears("SESSION_INFO")
        await second.send(next(paste))
        reports = []
        for person in (alice, bob):
            await person.hears("INTENT_ANNOUNCE", intent_id="i-bob")
            reports.append(await person.hears("CONFLICT_REPORT", category="scope_overlap"))
            assert {reports[-1]["payload"][key] for key in ("intent_a", "intent_b")} == {"i-alice", "i-bob"}, reports
        dispute = reports[0]["payload"]["conflict_id"]

        await second.send(next(paste))
        for person in (alice, bob):
            await person.hears("INTENT_WITHDRAW", intent_id="i-bob")
        await first.send(next(paste))
        for person in (alice, bob):
            await person.hears("OP_COMMIT", op_id="o-1")
        await first.send(next(paste).replace("PASTE IT HERE", dispute))
        for person in (alice, bob):
            await person.hears("RESOLUTION", conflict_id=dispute)
        await first.send(next(paste))
        await bob.hears("GOODBYE")

    with urllib.request.urlopen(f"http://127.0.0.1:{ports['admin_port']}/api/v1/sessions/demo/snapshot") as answer:
        snapshot = json.load(answer)
    assert {intent["intent_id"]: intent["state"] for intent in snapshot["intents"]}["i-bob"] == "WITHDRAWN", snapshot
    assert [conflict["state"] for conflict in snapshot["conflicts"]] == ["CLOSED"], snapshot
    assert snapshot["target_state_refs"]["src/login.py"] == "sha256:v2", snapshot


def main():
    with hub(sys.argv[1]) as ports:
        asyncio.run(play(ports))


if __name__ == "__main__":
    main()
