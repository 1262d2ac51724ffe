#!/usr/bin/env python3
"""A HELLO that somebody has recorded and says again: elsewhere, later, after a restart, or a little changed.

usage: replay_test.py MPAC_CLUSTER
"""
import pathlib
import sys
import tempfile
import time

try:
    import cryptography  # noqa: F401
except ImportError:
    print("skipped: this test needs python3-cryptography", file=sys.stderr)
    sys.exit(77)

from hub_case import PROGRAM, HubCase, main
from mortal_hub import MortalHub
from running_hub import PATIENCE
from signing_visitor import Identity, SigningVisitor, TimelyVisitor, token_by
from verified_case import VerifiedCase

ISSUER = "https://idp.example"


class Recorded(HubCase):
    """What all of these do: come as somebody who has nothing but the record."""

    async def thief(self, session=None):
        return TimelyVisitor(await self.connect(f"/session/{session or self.session}"), "alice", self.session)

    async def is_refused(self, code, letter, *words, session=None):
        thief = await self.thief(session)
        await thief.write(letter)
        await thief.is_refused(code, letter, *words)
        await thief.announce("stolen", "a.py")
        await thief.is_refused("INVALID_REFERENCE")

    async def is_undisturbed(self, visitor, intent):
        """Nobody has taken the place over, and nobody has said anything in its name."""
        letter = await visitor.announce(intent, f"{intent}.py")
        echo = await visitor.hears("INTENT_ANNOUNCE", intent_id=intent)
        self.assertEqual((echo["message_id"], echo["sender"]), (letter["message_id"], letter["sender"]))


class Tokens(Recorded):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mpac-interop-")
        cls.addClassCleanup(folder.cleanup)
        cls.issuer = Identity("issuer")
        keys = pathlib.Path(folder.name) / "keys.pem"
        keys.write_text(cls.issuer.public_pem)
        cls.settings = {"session.security_profile": "authenticated", "session.role_policy.default_role": "contributor",
                        "auth.jwt.issuer": ISSUER, "auth.jwt.audience": "hub", "auth.jwt.keys_file": str(keys),
                        "limits.failed_hellos_per_address": 1000}
        super().setUpClass()

    async def test_a_hello_with_a_token_is_good_once(self):
        """[23.1.2-07] [23.1.2-C02] [22.1-15] While its speaker is there, and when it has gone."""
        alice = await self.thief()
        token = token_by(self.issuer, iss=ISSUER, aud="hub", sub="alice", exp=int(time.time()) + 600,
                         mpac_sessions=[self.session])
        letter = await alice.hello(credential={"type": "bearer_token", "value": token})
        await self.is_refused("REPLAY_DETECTED", letter)
        await self.is_undisturbed(alice, "i1")
        await self.is_refused("INVALID_REFERENCE", letter, "session_id", session="elsewhere")
        elsewhere = {**letter, "session_id": "elsewhere", "message_id": "another"}
        await self.is_refused("CREDENTIAL_REJECTED", elsewhere, "not for this session", session="elsewhere")
        await self.is_refused("REPLAY_DETECTED", {**letter, "message_id": "old", "ts": "2020-01-01T00:00:00.000Z"})
        await self.is_undisturbed(alice, "i2")
        await alice.say("GOODBYE", reason="user_exit")
        await alice.hears("GOODBYE")
        await self.is_refused("REPLAY_DETECTED", letter)


class Signed(VerifiedCase, Recorded):
    """In the verified profile: also who changes the record, so that it is none, has nothing of it."""

    async def joined(self, number=1):
        """Alice, and her HELLO as whoever listens has it: Ed25519 signs the same in the same way."""
        alice = SigningVisitor(await self.connect(), "alice", self.session, f"alice:{number}")
        alice.identity = Identity("alice", self.authority)
        return alice, alice.identity.sign(await alice.hello())

    async def test_a_signed_hello_is_good_once(self):
        """[23.1.2-07] [23.1.3-01] [23.1.2-C02] [22.1-15]"""
        alice, letter = await self.joined()
        await self.is_refused("REPLAY_DETECTED", letter)
        await self.is_undisturbed(alice, "i1")
        await self.is_refused("INVALID_REFERENCE", letter, "session_id", session="elsewhere")
        await alice.say("GOODBYE", reason="user_exit")
        await alice.hears("GOODBYE")
        await self.is_refused("REPLAY_DETECTED", letter)

    async def test_a_record_that_was_changed_is_signed_by_nobody(self):
        """[23.1.3-02] [23.1.3-03] [23.1.2-03]"""
        alice, letter = await self.joined()
        now_ = alice.envelope("HELLO", {})["ts"]
        for change in ({"message_id": "another"}, {"message_id": "another", "ts": now_},
                       {"message_id": "another", "watermark": {"kind": "lamport_clock", "value": 9}},
                       {"message_id": "another", "sender": {**letter["sender"], "sender_instance_id": "alice:2"}},
                       {"message_id": "another", "signature": None}):
            spoiled = {name: value for name, value in {**letter, **change}.items() if value is not None}
            await self.is_refused("CREDENTIAL_REJECTED", spoiled)
        elsewhere = {**letter, "session_id": "elsewhere"}
        await self.is_refused("CREDENTIAL_REJECTED", elsewhere, session="elsewhere")
        await self.is_undisturbed(alice, "i1")

    async def test_a_restart_makes_no_record_good_again(self):
        """[23.1.2-10] [23.1.2-11] [23.1.3-10] A hub of its own, with a disk; whether it could take its leave or not."""
        self.hub = MortalHub(PROGRAM, self.folder / "data", self.settings)
        self.addCleanup(lambda: (self.hub.process.kill(), self.hub.process.wait(PATIENCE)))
        self.hub.begin()
        self.hub.is_ready()
        records = []
        for number, ends in enumerate((self.hub.die, lambda: (self.hub.leave(), self.hub.left())), 1):
            alice, letter = await self.joined(number)
            records.append(letter)
            await self.is_refused("REPLAY_DETECTED", letter)
            ends()
            self.hub.begin()
            self.hub.is_ready()
            for record in records:
                await self.is_refused("REPLAY_DETECTED", record)
        alice, letter = await self.joined(len(records) + 1)
        for record in (*records, letter):
            await self.is_refused("REPLAY_DETECTED", record)


if __name__ == "__main__":
    main()
