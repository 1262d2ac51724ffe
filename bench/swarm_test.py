#!/usr/bin/env python3
"""Proves that swarm notices what it claims to notice, with a small hub that misbehaves on request.

Usage: swarm_test.py PATH_OF_SWARM [unittest arguments]. Needs python3-websockets.
"""

import asyncio
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import websockets

SWARM = sys.argv.pop(1) if len(sys.argv) > 1 else "build/bench/swarm"
FAULTY = 20  # the relayed message that the fault meets


class Hub:
    """Answers HELLO, echoes everything else to all of its session, and misbehaves as `fault` says."""

    def __init__(self, fault=None):
        self.fault = fault
        self.sessions = {}
        self.relayed = 0
        self.kept_back = None  # (member, text): sent after the next message
        self.holder = None  # (member, intent) that announced the common file last
        self.conflicts = 0
        self.said = []  # (type, conflict) of what was said about conflicts

    async def visit(self, socket):
        members = self.sessions.setdefault("" if self.fault == "sessions mixed" else socket.path, [])
        try:
            async for text in socket:
                await self.take(socket, members, text)
        except websockets.ConnectionClosed:
            pass
        finally:
            if socket in members:
                members.remove(socket)

    async def take(self, socket, members, text):
        message = json.loads(text)
        if message["message_type"] == "HELLO":
            members.append(socket)
            if self.fault == "hello refused":
                return await self.refuse(socket, message)
            return await socket.send(json.dumps({"message_type": "SESSION_INFO", "payload": {}}))
        self.relayed += 1
        fault = self.fault if self.relayed == FAULTY else None
        if fault == "refused":
            return await self.refuse(socket, message)
        if fault == "closed":
            members.remove(socket)
            return await socket.close(1013, "too slow")
        if fault == "forgotten":
            return
        for i, member in enumerate(members):
            first, last = i == 0, i == len(members) - 1
            if fault == "fragmented":
                await member.ping()
                await member.send([text[:50], text[50:200], text[200:]])
                continue
            if fault == "lost by one" and member is not socket and (first or last):
                fault = None
                continue
            if fault == "swapped" and member is not socket and self.kept_back is None:
                self.kept_back = member, text
                continue
            await member.send(text.replace('"agent"', '"Agent"') if fault == "altered" else text)
            if fault == "repeated" and first:
                await member.send(text)
            if self.kept_back and self.kept_back[0] is member and self.kept_back[1]:
                await member.send(self.kept_back[1])
                self.kept_back = member, None
        await self.watch_over(socket, message)

    async def watch_over(self, socket, message):
        """Reports to both when a second one announces the common file."""
        said = message["payload"]
        if "conflict_id" in said:
            self.said.append((message["message_type"], said["conflict_id"]))
        if message["message_type"] == "INTENT_ANNOUNCE" and any("common" in f for f in said["scope"]["resources"]):
            if self.holder and self.holder[0] is not socket:
                self.conflicts += 1
                report = json.dumps({"message_type": "CONFLICT_REPORT", "payload": {
                    "conflict_id": f"conflict-{self.conflicts}", "intent_a": said["intent_id"],
                    "intent_b": self.holder[1]}})
                await socket.send(report)
                await self.holder[0].send(report)
            self.holder = socket, said["intent_id"]

    async def refuse(self, socket, message):
        await socket.send(json.dumps({"message_type": "PROTOCOL_ERROR", "payload": {
            "error_code": "SCOPE_FROZEN", "refers_to": message["message_id"], "description": "by request"}}))


class Listener(Hub):
    """Remembers what it has heard."""

    def __init__(self):
        super().__init__()
        self.heard = []

    async def take(self, socket, members, text):
        self.heard.append(json.loads(text))
        await super().take(socket, members, text)

    def of(self, kind):
        return [message for message in self.heard if message["message_type"] == kind]


async def run(fault, *arguments, hub=None):
    async with websockets.serve((hub or Hub(fault)).visit, "127.0.0.1", 0, compression=None) as server:
        port = server.sockets[0].getsockname()[1]
        defaults = () if "--duration" in arguments else ("--rounds", "20")
        defaults += () if "--sessions" in arguments else ("--sessions", "1")
        process = await asyncio.create_subprocess_exec(
            SWARM, "--port", str(port), "--participants", "3", "--drain", "0.5",
            "--json", "--quiet", *defaults, *arguments, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL)
        output, _ = await asyncio.wait_for(process.communicate(), 60)
        return process.returncode, json.loads(output) if output else None


def play(fault, *arguments, hub=None):
    return asyncio.run(run(fault, *arguments, hub=hub))


class SwarmNotices(unittest.TestCase):
    def assert_failed(self, fault, expected, *arguments):
        code, report = play(fault, *arguments)
        self.assertEqual(code, 1, report)
        self.assertTrue(any(expected in text for text in report["failures"]), report["failures"])

    def test_nothing_where_nothing_is_wrong(self):
        code, report = play(None)
        self.assertEqual(code, 0, report)
        self.assertEqual(report["sent"], 3 * 20 * 3)
        self.assertEqual(report["echoed"], report["sent"])
        self.assertEqual(report["deliveries"], 3 * report["sent"])

    def test_nothing_wrong_in_fragments_and_pings(self):
        code, report = play("fragmented")
        self.assertEqual(code, 0, report)

    def test_a_message_that_one_participant_did_not_get(self):
        self.assert_failed("lost by one", "is not what others saw there")

    def test_a_request_that_nobody_answered(self):
        self.assert_failed("forgotten", "neither echoed nor refused", "--outstanding", "2", "--duration", "1")

    def test_a_message_that_came_twice(self):
        self.assert_failed("repeated", "came again")

    def test_an_order_that_is_not_everybodys(self):
        self.assert_failed("swapped", "is not what others saw there")

    def test_an_echo_that_is_not_what_was_sent(self):
        self.assert_failed("altered", "came back changed")

    def test_a_refusal(self):
        self.assert_failed("refused", "refused with SCOPE_FROZEN: by request")

    def test_a_refusal_that_was_allowed(self):
        code, report = play("refused", "--allow-refusals")
        self.assertEqual(code, 0, report)
        self.assertEqual(report["errors"], {"SCOPE_FROZEN": 1})
        self.assertEqual(report["refused"], 1)

    def test_a_connection_that_was_closed(self):
        code, report = play("closed", "--duration", "1")
        self.assertEqual(code, 1, report)
        self.assertEqual(report["closes"], {"1013": 1})

    def test_a_message_of_another_session(self):
        self.assert_failed("sessions mixed", "heard a message of session number", "--sessions", "2")

    def test_a_participant_that_is_not_let_in(self):
        self.assert_failed("hello refused", "HELLO was refused: SCOPE_FROZEN")

    def dispute(self, *arguments):
        hub = Hub()
        code, report = play(None, "--overlap", "1", *arguments, hub=hub)
        self.assertEqual(code, 0, report)
        self.assertGreater(hub.conflicts, 0)
        self.assertEqual(report["conflicts"], hub.conflicts)
        self.assertGreater(report["disputed"], 0)
        self.assertLessEqual(report["disputed"], report["announced"])
        return hub

    def test_conflicts_that_nobody_cares_for(self):
        self.assertEqual(self.dispute().said, [])

    def test_conflicts_that_both_acknowledge(self):
        hub = self.dispute("--acknowledge")
        acknowledged = [conflict for kind, conflict in hub.said if kind == "CONFLICT_ACK"]
        self.assertLessEqual(len(acknowledged), 2 * hub.conflicts)
        self.assertEqual(max(map(acknowledged.count, acknowledged)), 2)

    def test_conflicts_that_are_resolved_once_each_after_both_have_acknowledged(self):
        hub = self.dispute("--resolve", "1")
        resolved = [conflict for kind, conflict in hub.said if kind == "RESOLUTION"]
        self.assertGreater(len(resolved), 0)
        self.assertEqual(len(resolved), len(set(resolved)))
        for conflict in resolved:
            before = hub.said[:hub.said.index(("RESOLUTION", conflict))]
            self.assertEqual(before.count(("CONFLICT_ACK", conflict)), 2)

    def test_credentials_are_brought(self):
        hub = Listener()
        code, report = play(None, "--api-key", "key-{p}", hub=hub)
        self.assertEqual(code, 0, report)
        brought = {hello["sender"]["principal_id"]: hello["payload"]["credential"] for hello in hub.of("HELLO")}
        self.assertEqual(brought, {f"agent:swarm-{p:04}": {"type": "api_key", "value": f"key-{p}"} for p in range(3)})

    def test_everything_is_signed(self):
        with tempfile.TemporaryDirectory() as folder:
            for p in range(3):
                key = pathlib.Path(folder, f"{p:04}.key")
                subprocess.run(["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", key, "-out",
                                key.with_suffix(".pem"), "-subj", f"/CN=agent:swarm-{p:04}"],
                               check=True, capture_output=True)
                key.chmod(0o600)
            hub = Listener()
            code, report = play(None, "--sign", folder, hub=hub)
            self.assertEqual(code, 0, report)
            chain = pathlib.Path(folder, "0001.pem").read_text()
        self.assertIn({"type": "x509_chain", "value": chain}, [h["payload"]["credential"] for h in hub.of("HELLO")])
        self.assertEqual(len(hub.heard), 3 + 3 * 20 * 3)
        self.assertEqual({message["signature"]["alg"] for message in hub.heard}, {"EdDSA"})
        self.assertEqual(len({message["signature"]["kid"] for message in hub.heard}), 3)
        self.assertEqual(len({message["signature"]["value"] for message in hub.heard}), len(hub.heard))

    def test_keys_that_are_missing(self):
        with tempfile.TemporaryDirectory() as folder:
            code, _ = play(None, "--sign", folder)
            self.assertEqual(code, 2)

    def test_conflicts_brought_about_first(self):
        code, report = play(None, "--conflicts", "7")
        self.assertEqual(code, 0, report)
        self.assertEqual(report["sent"], 2 * 7 + 3 * 20 * 3)

    def test_arguments_that_make_no_sense(self):
        for arguments in (["--overlap", "2"], ["--resolve", "2"], ["--sessions", "none"],
                          ["--url", "http://127.0.0.1/"], ["--nonsense"]):
            code, _ = play(None, *arguments)
            self.assertEqual(code, 2, arguments)


if __name__ == "__main__":
    unittest.main()
