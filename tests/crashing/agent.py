"""One agent: speaks over one connection at a time, and remembers everything it has said and was told."""
import asyncio
import json
import time

import websockets

from running_hub import PATIENCE
from visitor import NOW, as_frame


class Connection:
    """What was said on one connection, and what was heard, in order."""

    def __init__(self, life, socket):
        self.life = life
        self.socket = socket
        self.heard = []        # texts
        self.said = []         # message ids
        self.anchor = None     # asked for what came after this message; "" for everything
        self.asked = False     # ... in its HELLO
        self.welcomed = asyncio.Event()
        self.questions = self.answers = 0
        self.news = asyncio.Event()
        self.over = None       # close code
        self.listener = None


class Agent:
    def __init__(self, session, name, roles, dice):
        self.session = session
        self.principal = f"{session.id}.{name}"
        self.roles = roles
        self.dice = dice
        self.incarnation = 1
        self.clock = 0
        self.numbered = 0
        self.sent = {}          # message id to text
        self.connections = []
        self.coordinator_clock = 0
        self.last_relay = None  # the id of the last message passed on to it, and the coordinator's clock by then
        self.clock_at_relay = 0
        self.compared = 0       # connections; what was found in them:
        self.known = set()      # what it has heard so far
        self.was_in = 0         # the last epoch in which it was let in
        self.last_epoch = 0     # and in which it was told something
        self.is_in = False      # has said HELLO and not GOODBYE since

    @property
    def instance(self):
        return f"{self.principal}:{self.incarnation}"

    @property
    def line(self):
        return self.connections[-1] if self.connections else None

    def is_new_process(self):
        """It has lost its mind as well: a new instance begins to count anew (SPEC 12.7)."""
        self.incarnation += 1
        self.clock = 0

    # --- saying ---

    def letter(self, kind, payload, **members):
        """The text of a complete message; some are written in strange ways, for what is relayed is not written anew."""
        self.clock += 1
        self.numbered += 1
        said = {"protocol": "MPAC", "version": "0.1.13", "message_type": kind,
                "message_id": f"{self.principal}-{self.numbered}", "session_id": self.session.id,
                "sender": {"principal_id": self.principal, "principal_type": "agent",
                           "sender_instance_id": self.instance},
                "ts": NOW, "payload": payload, "watermark": {"kind": "lamport_clock", "value": self.clock}, **members}
        style = self.dice.randrange(8)
        if style == 0:
            said["x_note"] = "\u00fc\u2028 \U0001f41d \"\\"
        text = json.dumps(said, ensure_ascii=style == 1, separators=(",", ":") if style != 2 else (" , ", "  : "))
        self.sent[said["message_id"]] = text
        self.line.said.append(said["message_id"])
        if kind in ("HELLO", "GOODBYE"):
            self.is_in = kind == "HELLO"
        return text

    def hello(self, **members):
        return self.letter("HELLO", {"display_name": self.principal, "roles": self.roles,
                                     "capabilities": ["intent.broadcast", "op.commit"]}, **members)

    def write(self, texts):
        """All of them in one piece, so that the hub has them before it has answered any."""
        if self.line.over is None and self.line.socket.open:
            self.line.socket.transport.write(b"".join(as_frame(text.encode()) for text in texts))

    # --- hearing ---

    async def come(self, hub, wants_missed):
        """Connects and says HELLO, which `wants_missed` makes ask for what was missed; waits to be let in."""
        socket = await websockets.connect(hub.url(f"/session/{self.session.id}"), compression=None, max_size=None,
                                          max_queue=None, close_timeout=0.2, ping_interval=None, open_timeout=PATIENCE)
        line = Connection(hub.life, socket)
        self.connections.append(line)
        line.listener = asyncio.ensure_future(self._listen(line))
        members = {}
        if wants_missed:
            line.asked, line.anchor = True, self.last_relay or ""
            asked = {"after_message_id": self.last_relay, "after_lamport": self.clock_at_relay} \
                if self.last_relay else {}
            members = {"extensions": {"mpac_cluster.missed": asked}}
        self.write([self.hello(**members)])

    async def _listen(self, line):
        try:
            while True:
                text = await line.socket.recv()
                line.heard.append(text)
                self._hear(line, text)
        except (websockets.ConnectionClosed, OSError):
            pass
        line.over = line.socket.close_code or 1006
        line.welcomed.set()
        line.news.set()

    def _hear(self, line, text):
        said = json.loads(text)
        kind = said.get("message_type")
        self.session.told += 1
        self.session.is_made = True
        if kind is None:
            if said.get("type") == "SESSION_SUMMARY_RESPONSE":
                line.answers += 1
                line.news.set()
            return
        if "coordinator_epoch" in said:
            clock = (said.get("watermark") or {}).get("value", 0)
            self.coordinator_clock = max(self.coordinator_clock, clock)
            if kind in ("SESSION_INFO", "PROTOCOL_ERROR"):
                line.welcomed.set()
            if kind == "SESSION_CLOSE":
                self.session.is_closed = True
        else:
            self.last_relay, self.clock_at_relay = said["message_id"], self.coordinator_clock
            if kind == "GOODBYE":
                line.news.set()
        self.session.board.hear(said)

    async def has_heard_all(self):
        """Asks, and waits for the answer: all that was decided before has been told by then."""
        line = self.line
        line.questions += 1
        due = line.questions
        self.write([json.dumps({"type": "SESSION_SUMMARY"})])
        await self._until(line, lambda: line.answers >= due)

    async def say_goodbye(self):
        """And hears its echo."""
        line = self.line
        self.write([self.letter("GOODBYE", {"reason": "user_exit"})])
        id = line.said[-1]
        await self._until(line, lambda: self.last_relay == id)

    @staticmethod
    async def _until(line, holds):
        end = time.monotonic() + PATIENCE
        while line.over is None and not holds():
            line.news.clear()
            await asyncio.wait_for(line.news.wait(), max(end - time.monotonic(), 0.001))

    async def gone(self):
        """Reads until the connection has ended, however that comes."""
        if self.line and self.line.listener:
            await asyncio.wait_for(self.line.listener, PATIENCE)

    async def hang_up(self):
        if self.line and self.line.over is None:
            await self.line.socket.close()
            await self.gone()
