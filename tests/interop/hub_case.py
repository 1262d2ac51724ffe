"""What the tests of this folder share: one hub for a class of tests, a session for each test, visitors that join it."""
import sys
import unittest

try:
    import websockets
except ImportError:
    print("skipped: the interop tests need python3-websockets (apt-get install python3-websockets)", file=sys.stderr)
    sys.exit(77)

from running_hub import Hub
from visitor import Visitor

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else "build/mpac-cluster"


class HubCase(unittest.IsolatedAsyncioTestCase):
    """Starts a hub with `settings` for all tests of a class; its end must be clean."""

    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.hub = Hub(PROGRAM, cls.settings).start()
        cls.addClassCleanup(cls.hub.stop)

    def setUp(self):
        self.session = self.id().split(".")[-1].replace("test_", "")[:100]
        self.open = []

    async def asyncTearDown(self):
        for socket in self.open:
            await socket.close()

    async def connect(self, path=None, **options):
        """A bare connection; `path` is that of the test's session unless it is given."""
        options = {"compression": None, "max_size": None, "close_timeout": 1, **options}
        socket = await websockets.connect(self.hub.url(path or f"/session/{self.session}"), **options)
        self.open.append(socket)
        return socket

    async def visit(self, principal, session=None, **options):
        """Somebody who has come in and not yet said HELLO."""
        session = session or self.session
        return Visitor(await self.connect(f"/session/{session}", **options), principal, session)

    async def join(self, *principals, roles=(), session=None):
        """Those principals, each having said HELLO in turn."""
        visitors = []
        for principal in principals:
            visitors.append(await self.visit(principal, session))
            await visitors[-1].hello(*roles)
        return visitors[0] if len(visitors) == 1 else visitors

    async def settled(self, *people):
        """For each of them every message up to now. Connections are read side by side, so what one has said may not
        be decided when another asks: all are asked once for the deciding and once more for the hearing."""
        heard = [await person.all_heard() for person in people]
        return [messages + await person.all_heard() for person, messages in zip(people, heard)]

    def snapshot(self):
        return self.hub.snapshot(self.session)

    def states(self, entities, name):
        """Of the snapshot: id to state."""
        return {entity[name]: entity["state"] for entity in self.snapshot()[entities]}

    def metric(self, name, **labels):
        """The sum of a metric over its labels, of which those that are given must be as they are given."""
        lines = self.hub.admin("GET", "/metrics")[2].splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.split("{")[0].split(" ")[0] == name
                   and all(f'{label}="{value}"' in line for label, value in labels.items()))


def main():
    unittest.main(verbosity=2)
