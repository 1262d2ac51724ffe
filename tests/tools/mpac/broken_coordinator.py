"""A coordinator with one fault: a relay in front of a good hub that breaks one thing of what goes through it."""
import asyncio
import contextlib
import json
import logging
import threading

import websockets

PATIENCE = 30  # seconds, for a machine under load
logging.getLogger("websockets").setLevel(logging.CRITICAL)  # who hangs up in the middle is part of the play


class Line:
    """One visitor's connection, as a fault sees it: it may keep what it likes here."""

    def __init__(self, session, peers):
        self.session = session
        self.peers = peers
        self.said = []
        self.count = 0
        self.held = None

    def everybody(self):
        """Who has said HELLO in this session."""
        return [json.loads(line.said[0])["sender"]["principal_id"] for line in self.peers.values()
                if line.session == self.session and line.said]

    def tell_others(self, message):
        for socket, line in self.peers.items():
            if line is not self and line.session == self.session:
                asyncio.ensure_future(socket.send(dumped(message)))


def to_visitor(change):
    """A fault in what the coordinator says: `change(message, line)` gives a list of what is sent instead."""
    return ("to_visitor", change)


def to_hub(change):
    """A fault in how the coordinator listens."""
    return ("to_hub", change)


def dumped(what):
    return what if isinstance(what, (str, bytes)) else json.dumps(what)


def is_coordinators(message):
    return str(message.get("sender", {}).get("principal_id", "")).startswith("service:")


class BrokenCoordinator:
    """Listens on a port of its own, on a thread of its own; use as a context. `url` is for visitors."""

    def __init__(self, hub_port, fault):
        self.hub_port = hub_port
        self.direction, self.change = fault
        self.lines = {}
        self.port = None
        self.ready = threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True)
        self.thread.start()
        assert self.ready.wait(PATIENCE)
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.over.set)
        self.thread.join(PATIENCE)

    @property
    def url(self):
        return f"ws://127.0.0.1:{self.port}"

    async def serve(self):
        self.loop = asyncio.get_running_loop()
        self.over = asyncio.Event()
        async with websockets.serve(self.relay, "127.0.0.1", 0, compression=None, max_size=None,
                                    close_timeout=1) as server:
            self.port = server.sockets[0].getsockname()[1]
            self.ready.set()
            await self.over.wait()

    async def relay(self, visitor):
        if self.direction == "instead":
            return await self.change(visitor)
        line = self.lines[visitor] = Line(visitor.path.rsplit("/", 1)[-1], self.lines)
        address = f"ws://127.0.0.1:{self.hub_port}{visitor.path}"
        async with websockets.connect(address, compression=None, max_size=None, close_timeout=1) as hub:
            ways = [asyncio.ensure_future(self.forward(visitor, hub, "to_hub", line)),
                    asyncio.ensure_future(self.forward(hub, visitor, "to_visitor", line))]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        del self.lines[visitor]

    async def forward(self, source, sink, direction, line):
        with contextlib.suppress(websockets.ConnectionClosed):
            async for text in source:
                if direction == "to_hub":
                    line.said.append(text)
                if direction != self.direction:
                    await sink.send(text)
                    continue
                try:
                    message = json.loads(text)
                except ValueError:
                    message = None
                if not isinstance(message, dict):
                    message = {}
                for each in self.change(message, line) if message else [text]:
                    await sink.send(dumped(each))


# What can be wrong with a coordinator. -----------------------------------------------------------------------------

def swallows(*kinds, where=lambda message: True):
    return to_visitor(lambda message, line: [] if message.get("message_type", message.get("type")) in kinds and
                      where(message) else [message])


def alters(change, where=is_coordinators):
    """Every message of the coordinator is changed in place by `change(message, line)`."""
    def altered(message, line):
        if where(message):
            change(message, line)
        return [message]
    return to_visitor(altered)


def listens(change):
    """What the visitor says is changed in place before the hub hears it."""
    def altered(message, line):
        change(message, line)
        return [message]
    return to_hub(altered)


def kind_is(*kinds):
    return lambda message: message.get("message_type") in kinds


def sets(path, value):
    """A change: the member at a path becomes this, if what it is in is there."""
    *folders, name = path.split(".")

    def change(message, _):
        inside = message
        for folder in folders:
            inside = inside.get(folder)
            if not isinstance(inside, dict):
                return
        inside[name] = value
    return change


def forgets(path):
    *folders, name = path.split(".")

    def change(message, _):
        inside = message
        for folder in folders:
            inside = inside.get(folder)
            if not isinstance(inside, dict):
                return
        inside.pop(name, None)
    return change


def twice(message, _):
    return [message, message]


def sees_conflicts_everywhere(message, line):
    """After each announcement that is told, a report that it and all before are in each other's way."""
    if message.get("message_type") != "INTENT_ANNOUNCE":
        return [message]
    line.count += 1
    line.held = [*(line.held or []), message["payload"]["intent_id"]]
    report = {**message, "message_type": "CONFLICT_REPORT", "message_id": f"{message['message_id']}-{line.count}-c",
              "payload": {"conflict_id": f"c-{line.count}", "category": "scope_overlap", "related_intents": line.held,
                          "principals": line.everybody()}}
    return [message, report]


def dismisses_at_once(message, line):
    """After each withdrawal that is told, every conflict is said to be over."""
    if message.get("message_type") == "CONFLICT_REPORT":
        line.held = message
    if message.get("message_type") != "INTENT_WITHDRAW" or not line.held:
        return [message]
    over = {**line.held, "message_type": "RESOLUTION", "message_id": line.held["message_id"] + "-over",
            "payload": {"conflict_id": line.held["payload"]["conflict_id"], "decision": "dismissed"}}
    return [message, over]


def answers_errors(message, line):
    if message.get("message_type") != "PROTOCOL_ERROR":
        return [message]
    # An error is a message like any other to it: one that refers to nothing it knows.
    return [{**message, "message_type": "RESOLUTION",
             "payload": {"resolution_id": "r", "conflict_id": "x", "decision": "dismissed", "rationale": "?"}}]


def out_of_order(message, line):
    """Bob hears each pair of relayed messages the wrong way round."""
    if message.get("message_type") == "SESSION_INFO":
        line.swaps = "agent:bob" in line.said[0]
    if not getattr(line, "swaps", False) or message.get("message_type") not in ("INTENT_ANNOUNCE", "INTENT_WITHDRAW"):
        return [message]
    if line.held is None:
        line.held = message
        return []
    first, line.held = line.held, None
    return [message, first]


def lamport_stands_still(message, line):
    if is_coordinators(message):
        message["watermark"] = {"kind": "lamport_clock", "value": 7}
    return [message]


def epoch_falls(message, line):
    if "coordinator_epoch" in message:
        line.count += 1
        message["coordinator_epoch"] = 100 - line.count
    return [message]


def as_rubbish(message, line):
    line.count += 1
    return ["rubbish"] if line.count % 2 == 0 else [message]


def as_binary(message, line):
    return [json.dumps(message).encode()]


def counts_nobody(message, _):
    if message.get("message_type") == "SESSION_INFO":
        message["payload"]["participant_count"] = 1
    return [message]


def says_something_first(message, line):
    line.count += 1
    if line.count > 1:
        return [message]
    early = {**message, "message_type": "COORDINATOR_STATUS", "message_id": message["message_id"] + "-early",
             "payload": {"event": "heartbeat", "coordinator_id": "c", "session_health": "healthy"}}
    return [early, message]


def remembers_nothing(message, line):
    """A second HELLO is not heard."""
    if message.get("message_type") == "HELLO":
        line.count += 1
        return [message] if line.count == 1 else []
    return [message]


def lets_strangers_in(message, line):
    """Whoever speaks first without HELLO gets one said for them."""
    line.count += 1
    if line.count > 1 or message.get("message_type") == "HELLO":
        return [message]
    hello = {**message, "message_type": "HELLO", "message_id": message["message_id"] + "-h",
             "watermark": {"kind": "lamport_clock", "value": 0},
             "payload": {"display_name": "stranger", "roles": ["contributor"], "capabilities": []}}
    return [hello, message]


def believes_every_name(message, line):
    """Whatever sender a message claims, it is taken as if it came from its connection's own."""
    if message.get("message_type") == "HELLO":
        line.own = message["sender"]
    elif hasattr(line, "own") and isinstance(message.get("sender"), dict):
        message["sender"] = line.own
    return [message]


def tells_everybody(*kinds):
    """What a participant says is told to the others as it is, and the hub never hears of it."""
    def heard(message, line):
        if message.get("message_type") not in kinds:
            return [message]
        line.tell_others(message)
        return []
    return to_hub(heard)


def reports_what_it_refused(message, line):
    if message.get("payload", {}).get("error_code") != "STALE_INTENT":
        return [message]
    return [message, {**message, "message_type": "CONFLICT_REPORT", "message_id": message["message_id"] + "-c",
                      "payload": {"conflict_id": "c", "category": "scope_overlap",
                                  "related_intents": [json.loads(line.said[-1])["payload"].get("intent_id")]}}]


def tells_only_one(message, line):
    """The first of two participants hears of no conflict."""
    return [] if message.get("message_type") == "CONFLICT_REPORT" and "agent:alice" in line.said[0] else [message]


def fills_in(message, _):
    """What a commit lacks is made up for it."""
    if message.get("message_type") == "OP_COMMIT":
        message.setdefault("watermark", {"kind": "lamport_clock", "value": 1_000_000})
        message["payload"] = {"target": "somewhere", "state_ref_before": "sha256:0000000000000001",
                              "state_ref_after": "sha256:0000000000000002", **message["payload"]}
    return [message]


def knows_one_session(message, line):
    message["session_id"] = line.session
    return [message]


async def says_nothing(visitor):
    async for _ in visitor:
        pass


async def hangs_up(visitor):
    await visitor.recv()
    await visitor.close(1011, "no")


async def floods(visitor):
    with contextlib.suppress(websockets.ConnectionClosed):
        await visitor.recv()
        while True:
            await visitor.send("{}")


async def talks_nonsense(visitor):
    with contextlib.suppress(websockets.ConnectionClosed):
        async for _ in visitor:
            for text in ("", "{", "[]", "null", '{"message_type":7}', '{"message_type":"SESSION_INFO","payload":7}',
                         '{"message_type":"SESSION_INFO","sender":[],"watermark":{"value":-1e999}}', b"\xff\x00",
                         '{"a":' * 400 + "1" + "}" * 400):
                await visitor.send(text)
