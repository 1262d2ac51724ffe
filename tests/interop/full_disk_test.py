"""A disk that is full, under the real program: what is refused, what is still answered, and how it ends."""
import asyncio
import contextlib
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

from hub_case import PROGRAM, main
from running_hub import Hub
from visitor import Visitor

import websockets

ROOM = 160 * 1024 * 1024


class SmallDisk:
    """A file system of its own, in memory; what lies on it beside the store can be made to fill it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="mpac-disk-")
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", self.folder],
                              capture_output=True, text=True)
        if done.returncode != 0:
            pathlib.Path(self.folder).rmdir()
            print(f"skipped: no disk of one's own can be mounted here: {done.stderr.strip()}", file=sys.stderr)
            sys.exit(77)
        self.ballast = pathlib.Path(self.folder) / "ballast"

    def fill(self):
        with contextlib.suppress(OSError), self.ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(65536))

    def make_room(self):
        self.ballast.unlink()

    def remove(self):
        subprocess.run(["umount", self.folder], check=True)
        pathlib.Path(self.folder).rmdir()


class FullDisk(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.disk = SmallDisk()
        self.addCleanup(self.disk.remove)
        # Whoever only speaks here does not read what it hears.
        settings = {"store.engine": "rocksdb", "limits.outbox_bytes": 1 << 28}
        self.hub = Hub(PROGRAM, settings, folder=self.disk.folder).start()
        self.addCleanup(self.leave)

    def leave(self):
        if self.hub.process.poll() is None:
            self.hub.stop()
        self.hub.process.stderr.close()

    async def visit(self, principal, session):
        socket = await websockets.connect(self.hub.url(f"/session/{session}"), compression=None, max_size=None)
        self.addAsyncCleanup(socket.close)
        return Visitor(socket, principal, session)

    def readiness(self):
        return self.hub.admin("GET", "/readyz")[0]

    # A session hears of its store a moment after the admin listener tells of it.

    async def is_soon_refused(self, who):
        """Announces until that is refused; the intents that were decided before, and wait."""
        for number in range(10):
            letter = await who.announce(f"late{number}", "late")
            try:
                async with asyncio.timeout(1):
                    await who.is_refused("mpac_cluster.INTERNAL_ERROR", letter, "store")
                return [f"late{before}" for before in range(number)]
            except TimeoutError:
                pass
        self.fail("the session takes what it can't keep")

    async def is_soon_taken(self, who):
        """Announces until that is not refused; the intent."""
        for number in range(100):
            letter = await who.announce(f"later{number}", "later")
            answer = await who.next()
            if answer == letter:
                return f"later{number}"
            self.assertEqual(answer["payload"].get("error_code"), "mpac_cluster.INTERNAL_ERROR", answer)
        self.fail("the session does not hear that its store answers")

    async def test_a_full_disk_is_told_of_and_survived(self):
        """[7.7-01] Nobody is told of what is not durable; reads are answered; all goes on once there is room."""
        alice = await self.visit("agent:alice", "plan")
        await alice.hello()
        self.disk.fill()
        # What the log has room for is still kept; the first that isn't has no answer yet.
        asked = 0
        while self.readiness() == 200:
            asked += 1
            await alice.say("INTENT_ANNOUNCE", intent_id=f"i{asked}", objective="x" * 60_000,
                            scope={"kind": "file_set", "resources": [f"f{asked}"]})
            answer = asyncio.ensure_future(alice.hears("INTENT_ANNOUNCE", intent_id=f"i{asked}"))
            while not answer.done() and self.readiness() == 200:
                await asyncio.wait([answer], timeout=0.02)
        self.assertFalse(answer.done())
        self.assertEqual(self.readiness(), 503)

        # One reader a socket: the pending task takes the next message, which is the refusal of the next announce.
        answer.cancel()
        await asyncio.wait([answer])
        undecided = [f"i{asked}"] + await self.is_soon_refused(alice)
        summary = await alice.hears_nothing()
        self.assertEqual(summary["active_intent_count"], asked - 1)
        bob = await self.visit("agent:bob", "other")
        await bob.is_refused("mpac_cluster.INTERNAL_ERROR",
                             await bob.say("HELLO", display_name="Bob", roles=["contributor"], capabilities=[]))

        self.disk.make_room()
        self.hub.says("keeps again")
        for intent in undecided:
            await alice.hears("INTENT_ANNOUNCE", intent_id=intent)
        self.assertEqual(self.readiness(), 200)
        later = await self.is_soon_taken(alice)
        await bob.hello()
        states = {intent["intent_id"]: intent["state"] for intent in self.hub.snapshot("plan")["intents"]}
        self.assertEqual(set(states), {f"i{n + 1}" for n in range(asked)} | {*undecided, later})

    async def test_a_hub_whose_disk_is_full_ends_and_says_what_is_not_kept(self):
        """[7.7-01] [9.6.1-01] With 1: somebody decided something that nobody was told of."""
        alice, bob = await self.visit("agent:alice", "plan"), await self.visit("agent:bob", "other")
        await alice.hello()
        await bob.hello()
        self.disk.fill()
        number = 0
        while self.readiness() == 200:
            number += 1
            await alice.announce(f"i{number}", f"f{number}" * 20_000)
        # Whoever leaves meanwhile hinders nobody who asks.
        await bob.socket.close()
        status, _, _ = await asyncio.to_thread(self.hub.admin, "GET", "/api/v1/sessions/other")
        self.assertEqual(status, 200)
        self.hub.signal(signal.SIGTERM)
        self.assertEqual(await asyncio.to_thread(self.hub.ends), 1)
        self.assertIn("could not be kept", self.hub.all_said())


if __name__ == "__main__":
    main()
