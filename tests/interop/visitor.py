"""A plain client of the protocol: writes envelopes, reads frames, and knows nothing that the wire doesn't say."""
import asyncio
import json
import struct
import time

import websockets

from running_hub import PATIENCE

NOW = "2026-01-01T00:00:00.000Z"


def matches(expected, actual):
    """Whether `actual` holds everything of `expected`; objects may hold more."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(key in actual and matches(value, actual[key])
                                                for key, value in expected.items())
    return expected == actual


def as_frame(content):
    """A masked text frame; a mask of zeros leaves the content as it is."""
    size = len(content)
    if size < 126:
        head = struct.pack("!BB", 0x81, 0x80 | size)
    else:
        head = struct.pack("!BBH", 0x81, 0x80 | 126, size) if size < 1 << 16 else \
            struct.pack("!BBQ", 0x81, 0x80 | 127, size)
    return head + bytes(4) + content


class Visitor:
    """One connection, speaking for one principal."""

    def __init__(self, socket, principal, session, instance=None):
        self.socket = socket
        self.principal = principal
        self.session = session
        self.instance = instance or f"{principal}:1"
        self.lamport = 0
        self.welcome = None

    def envelope(self, kind, payload, **members):
        """A complete letter; `members` replace those of the envelope, None takes one out."""
        self.lamport += 1
        letter = {
            "protocol": "MPAC", "version": "0.1.13", "message_type": kind,
            "message_id": f"{self.instance}-{self.lamport}", "session_id": self.session,
            "sender": {"principal_id": self.principal, "principal_type": "agent",
                       "sender_instance_id": self.instance},
            "ts": NOW, "payload": payload, "watermark": {"kind": "lamport_clock", "value": self.lamport}, **members}
        return {name: value for name, value in letter.items() if value is not None}

    async def say(self, kind, payload=None, /, **fields):
        """Sends one message of these payload fields; its envelope."""
        letter = self.envelope(kind, {**(payload or {}), **fields})
        await self.write(letter)
        return letter

    async def ask(self, kind, **fields):
        """Sends one object of the workspace sideband."""
        await self.write({"type": kind, **fields})

    async def write(self, what):
        await self.socket.send(what if isinstance(what, (str, bytes)) else json.dumps(what))

    async def write_at_once(self, *letters):
        """Sends several letters in one piece, so that the hub has them all before it has answered any."""
        self.socket.transport.write(b"".join(as_frame(json.dumps(letter).encode()) for letter in letters))

    async def next(self):
        """The next message that is not the coordinator's routine sign of life."""
        end = time.monotonic() + PATIENCE
        while True:
            text = await asyncio.wait_for(self.socket.recv(), max(end - time.monotonic(), 0.001))
            assert isinstance(text, str), "the hub sends text frames"
            message = json.loads(text)
            if message.get("message_type") != "COORDINATOR_STATUS" or message["payload"]["event"] != "heartbeat":
                return message

    async def hears(self, kind, /, **expected):
        """The next message: of this kind, its payload (or the sideband object) holding these values."""
        message = await self.next()
        said = message.get("message_type", message.get("type"))
        content = message["payload"] if "message_type" in message else message
        assert said == kind and matches(expected, content), f"{self.principal} waits for {kind} {expected}: {message}"
        return message

    async def echoed(self, letter):
        """The next message is this one, unchanged."""
        message = await self.next()
        assert message == letter, f"{self.principal} waits for {letter}: {message}"

    async def is_refused(self, code, letter=None, *words):
        """The next message refuses `letter` with this code, its description holding these words."""
        payload = (await self.hears("PROTOCOL_ERROR", error_code=code))["payload"]
        if letter is not None:
            assert payload.get("refers_to") == letter["message_id"], payload
        assert payload["description"], payload
        for word in words:
            assert word in payload["description"], payload
        return payload

    async def hears_nothing(self):
        """All that was sent to this visitor has been read: an answer asked for now is the next frame."""
        await self.ask("SESSION_SUMMARY")
        return (await self.hears("SESSION_SUMMARY_RESPONSE"))["session"]

    async def all_heard(self):
        """Every message sent to this visitor up to now."""
        await self.ask("SESSION_SUMMARY")
        heard = []
        while (message := await self.next()).get("type") != "SESSION_SUMMARY_RESPONSE":
            heard.append(message)
        return heard

    async def hello(self, *roles, **fields):
        """Says HELLO and waits to be let in."""
        letter = await self.say("HELLO", display_name=self.principal, roles=list(roles or ["contributor"]),
                                capabilities=["intent.broadcast", "op.commit"], **fields)
        self.welcome = await self.hears("SESSION_INFO")
        return letter

    async def announce(self, intent, *files, **fields):
        return await self.say("INTENT_ANNOUNCE", intent_id=intent, objective=f"work on {', '.join(files)}",
                              scope={"kind": "file_set", "resources": list(files)}, **fields)

    async def commit(self, op, target, before, after, **fields):
        return await self.say("OP_COMMIT", op_id=op, target=target, op_kind="replace", state_ref_before=before,
                              state_ref_after=after, **fields)

    async def closed(self):
        """Reads until the hub closes the connection; the close code and its reason."""
        try:
            while True:
                await asyncio.wait_for(self.socket.recv(), PATIENCE)
        except websockets.ConnectionClosed:
            return self.socket.close_code, self.socket.close_reason
