#!/usr/bin/env python3
"""The verified profile over real sockets, visited by clients that python3-cryptography arms.

usage: verified_test.py MPAC_CLUSTER
"""
import json
import pathlib
import sys
import tempfile

try:
    import cryptography  # noqa: F401
except ImportError:
    print("skipped: this test needs python3-cryptography", file=sys.stderr)
    sys.exit(77)

from hub_case import PROGRAM, HubCase, main
from running_hub import Hub, arguments, run
from signing_visitor import Identity, SigningVisitor, is_signed_by
from verified_case import VerifiedCase

ROLES = {"session.role_policy.default_role": "contributor"}


class Verified(VerifiedCase):
    """Everybody signs; alice and bob are certified by an authority that the hub trusts."""

    default_role = "owner"

    async def come(self, principal, identity=None):
        visitor = SigningVisitor(await self.connect(f"/session/{self.session}"), principal, self.session)
        visitor.identity = identity or Identity(principal, self.authority)
        return visitor

    async def joined(self, principal, **options):
        visitor = await self.come(principal, **options)
        await visitor.hello("owner")
        return visitor

    async def test_everything_the_hub_says_is_signed(self):
        """[23.1.3-02] [23.1.3.1-01] [23.1.3.1-02] [23.1.3.1-03] [23.1.4-07] [23.1.4-09] [23.1.6-01] [23.1.6-02]"""
        alice = await self.joined("alice")
        security = alice.welcome["payload"]["security_config"]
        self.assertEqual(security["coordinator_key_fingerprint"], self.coordinator.key_id)
        self.assertEqual(security["auth_mechanism"], "x509_chain")
        self.assertTrue(is_signed_by(alice.welcome, security["coordinator_certificate"]))
        await alice.say("INTENT_WITHDRAW", intent_id="none")
        self.assertTrue(is_signed_by(await alice.hears("PROTOCOL_ERROR"), self.coordinator.pem))
        await alice.ask("FILE_LIST")
        self.assertTrue(is_signed_by(await alice.hears("FILE_LIST_RESPONSE"), self.coordinator.pem))

    async def test_what_a_participant_signed_reaches_the_others_as_it_was(self):
        """[23.1.3-C01] [23.1.6-03] [23.1.6-04]"""
        alice, bob = await self.joined("alice"), await self.joined("bob", identity=Identity("bob", self.authority,
                                                                                           elliptic=True))
        keys = await alice.hears("mpac_cluster.PARTICIPANT_KEYS")
        self.assertEqual(keys["payload"]["keys"][0]["key_id"], bob.identity.key_id)
        known = {key["principal_id"]: key for key in bob.welcome["payload"]["security_config"]["participant_keys"]}
        letter = await alice.announce("i1", "a.py")
        relayed = await bob.hears("INTENT_ANNOUNCE")
        self.assertTrue(is_signed_by(relayed, known["alice"]["certificate_chain"]))
        relayed.pop("signature")
        self.assertEqual(relayed, letter)
        await bob.announce("i2", "b.py")
        await alice.hears("INTENT_ANNOUNCE", intent_id="i1")
        await alice.hears("INTENT_ANNOUNCE", intent_id="i2")

    async def test_a_coordinator_that_goes_too_far_can_be_reported(self):
        """[23.1.3.1-C04]"""
        alice, bob = await self.joined("alice"), await self.joined("bob")
        await alice.hears("mpac_cluster.PARTICIPANT_KEYS")
        await bob.announce("i1", "a.py")
        await alice.hears("INTENT_ANNOUNCE")
        await alice.say("CONFLICT_REPORT", conflict_id="c1", category="authority_conflict", severity="high",
                        principal_a=alice.welcome["sender"]["principal_id"], principal_b="bob", intent_a="i1",
                        intent_b="i1", related_intents=["i1"], description="it ended what it may not end",
                        basis={"kind": "rule", "rule_id": "23.1.3.1"},
                        based_on_watermark={"kind": "lamport_clock", "value": alice.lamport})
        await bob.hears("INTENT_ANNOUNCE")
        report = await bob.hears("CONFLICT_REPORT", conflict_id="c1")
        self.assertEqual(report["payload"]["category"], "authority_conflict")

    async def test_bad_signatures_are_refused(self):
        """[23.1.3-03] [23.1.3-04] [22.1-06] [23.1.3-C02] [23.1.6-10] [23.1.6-C03]"""
        alice = await self.joined("alice")
        plain = alice.envelope("INTENT_WITHDRAW", {"intent_id": "i1"})
        signed = alice.identity.sign(plain)
        stranger = Identity("alice", self.authority)
        signature = signed["signature"]
        spoiled = [plain, stranger.sign(plain), {**signed, "payload": {"intent_id": "i2"}},
                   {**signed, "watermark": {"kind": "lamport_clock", "value": 99}},
                   {**signed, "signature": {**signature, "alg": "none"}}, {**signed, "signature": "x"},
                   {**signed, "signature": {**signature, "value": ""}}, {**signed, "extensions": {"more": 1}}]
        for letter in spoiled:
            await super(SigningVisitor, alice).write(letter)
            await alice.is_refused("AUTHORIZATION_FAILED", letter)
        await super(SigningVisitor, alice).write(signed)
        await alice.is_refused("INVALID_REFERENCE", signed)  # there is no such intent: it was looked at

    async def test_who_is_not_certified_stays_outside(self):
        """[23.1.3-09] [23.1.4-07] [23.1.4-08] [23.1.4-09] [23.1.4-C02]"""
        other = Identity("other", is_authority=True)
        cases = [Identity("alice"), Identity("bob", self.authority), Identity("alice", other),
                 Identity("alice", self.authority, begin=-7200, end=-3600)]
        for identity in cases:
            visitor = await self.come("alice", identity)
            letter = visitor.envelope("HELLO", {"display_name": "x", "roles": [], "capabilities": [],
                                                "credential": {"type": "x509_chain", "value": identity.pem}})
            await visitor.write(letter)
            await visitor.is_refused("CREDENTIAL_REJECTED", letter)
        thief = await self.come("alice", Identity("alice", self.authority))
        chain = {"type": "x509_chain", "value": Identity("alice", self.authority).pem}  # a public certificate
        letter = thief.envelope("HELLO", {"display_name": "x", "roles": [], "capabilities": [], "credential": chain})
        await thief.write(letter)
        await thief.is_refused("CREDENTIAL_REJECTED", letter)

    async def test_keys_change_without_a_break(self):
        """[23.1.3-11] [23.1.6-05] [23.1.6-06] [23.1.6-07] [23.1.6-08] [23.1.6-C01]"""
        alice, bob = await self.joined("alice"), await self.joined("bob")
        await alice.hears("mpac_cluster.PARTICIPANT_KEYS")
        old, fresh = alice.identity, Identity("alice", self.authority)
        rotation = {"fingerprint": fresh.key_id, "certificate_chain": fresh.pem}
        await alice.say("HEARTBEAT", status="idle", extensions={"key_rotation": rotation})
        for person in (alice, bob):
            told = (await person.hears("mpac_cluster.PARTICIPANT_KEYS"))["payload"]
            self.assertEqual(told["keys"][0]["key_id"], fresh.key_id)
            self.assertIn("old_keys_until", told)
        for identity in (old, fresh):  # both are good for a while
            alice.identity = identity
            await alice.announce(f"i-{identity is old}", f"{identity is old}.py")
            await alice.hears("INTENT_ANNOUNCE")
        lost = Identity("alice", self.authority)
        rotation = {"fingerprint": lost.key_id, "certificate_chain": lost.pem, "reason": "compromised"}
        await alice.say("HEARTBEAT", status="idle", extensions={"key_rotation": rotation})
        await alice.hears("mpac_cluster.PARTICIPANT_KEYS")
        await alice.announce("i-late", "late.py")
        await alice.is_refused("AUTHORIZATION_FAILED")

    async def test_somebody_elses_key_is_no_rotation(self):
        """[23.1.6-06]"""
        alice = await self.joined("alice")
        for other in (Identity("bob", self.authority), Identity("alice")):
            rotation = {"fingerprint": other.key_id, "certificate_chain": other.pem}
            letter = await alice.say("HEARTBEAT", status="idle", extensions={"key_rotation": rotation})
            await alice.is_refused("CREDENTIAL_REJECTED", letter)

    async def test_a_resolution_rests_on_something(self):
        """[23.1.3-07] [23.1.3-08]"""
        alice = await self.joined("alice")
        letter = alice.envelope("RESOLUTION", {"resolution_id": "r1", "conflict_id": "c1", "decision": "dismissed",
                                               "rationale": "no"}, watermark=None)
        await alice.write(letter)
        await alice.is_refused("MALFORMED_MESSAGE", letter, "watermark")


    def exported(self):
        status, _, transcript = self.hub.admin("GET", f"/api/v1/sessions/{self.session}/transcript")
        self.assertEqual(status, 200)
        return transcript

    def verified(self, transcript):
        """What the command says of a transcript: (exit code, sentences)."""
        file = self.folder / f"{self.session}.json"
        file.write_text(json.dumps(transcript))
        code, said, complained = run(PROGRAM, "--verify-transcript", str(file), "--certificate",
                                     self.settings["coordinator.certificate_file"])
        return code, said + complained

    async def test_a_transcript_proves_itself(self):
        """[23.1.3-05] [23.1.3.1-04] [23.1.3.1-05] [23.1.3.1-C03] [23.1.3.1-C05]

        The command names what was changed, left out or made up.
        """
        alice, bob = await self.joined("alice"), await self.joined("bob")
        for number in range(3):
            await alice.announce(f"i{number}", f"{number}.py")
        await self.settled(alice, bob)
        whole = self.exported()
        self.assertEqual(self.verified(whole)[0], 0, self.verified(whole))
        messages = whole["messages"]
        announced = [at for at, each in enumerate(messages) if each["message_type"] == "INTENT_ANNOUNCE"]
        changed = {**messages[announced[1]], "payload": {**messages[announced[1]]["payload"], "objective": "another"}}
        for spoiled in (messages[:announced[1]] + [changed] + messages[announced[1] + 1:],
                        messages[:announced[0]] + messages[announced[0] + 1:],
                        messages[:announced[0]] + [messages[announced[1]], messages[announced[0]]] +
                        messages[announced[1] + 1:]):
            code, said = self.verified({**whole, "messages": spoiled})
            self.assertEqual(code, 1, said)
            self.assertRegex(said, r"entry \d+ ")

    async def test_who_reads_a_transcript_is_written_down(self):
        """[24-05]"""
        await self.joined("alice")
        before = self.metric("mpac_transcripts_read_total")
        self.exported()
        self.hub.says(f"session_id={self.session} what=transcript")
        self.assertEqual(self.metric("mpac_transcripts_read_total"), before + 1)
        self.hub.snapshot(self.session)
        self.hub.says(f"session_id={self.session} what=snapshot")
        self.assertGreaterEqual(self.metric("mpac_snapshots_read_total"), 1)


class Configured(HubCase):
    @classmethod
    def setUpClass(cls):
        pass

    def test_a_hub_that_cannot_sign_does_not_begin(self):
        """[23.1.3.1-01]"""
        code, _, said = run(PROGRAM, "--check-config", *arguments({"session.security_profile": "verified", **ROLES}))
        self.assertEqual(code, 2)
        self.assertIn("coordinator.key_file", said)

    def test_no_verified_session_is_made_by_a_hub_that_cannot_sign(self):
        """[23.1.3.1-01]"""
        with Hub(PROGRAM) as hub:
            wanted = {"session_id": "a", "security_profile": "verified", "role_policy": {"default_role": "owner"}}
            code, _, said = hub.admin("POST", "/api/v1/sessions", wanted)
            self.assertEqual(code, 422)
            self.assertIn("coordinator.key_file", said["error"]["message"])

    def test_a_key_that_the_command_makes_opens_a_verified_hub(self):
        """[23.1.3.1-02] [23.4-05]"""
        with tempfile.TemporaryDirectory() as folder:
            made = pathlib.Path(folder) / "keys"
            for kind in ("ed25519", "p256"):
                code, said, _ = run(PROGRAM, "--generate-key", "--key-type", kind, "--out-dir", str(made / kind))
                self.assertEqual(code, 0)
                key, certificate = made / kind / "coordinator.key", made / kind / "coordinator.pem"
                self.assertIn(f'key_file = "{key}"', said)
                self.assertEqual(key.stat().st_mode & 0o077, 0)
                with Hub(PROGRAM, {"session.security_profile": "verified", "coordinator.key_file": str(key),
                                   "coordinator.certificate_file": str(certificate), **ROLES}):
                    pass
            code, _, said = run(PROGRAM, "--generate-key", "--out-dir", str(made / "p256"))
            self.assertEqual(code, 1, "nothing is written over")
            self.assertIn("coordinator.key is there already", said)

    def test_a_key_that_others_can_read_is_refused(self):
        """[23.4-05]"""
        with tempfile.TemporaryDirectory() as folder:
            key, certificate = Identity("hub").write(folder, "hub")
            pathlib.Path(key).chmod(0o644)
            code, _, said = run(PROGRAM, *arguments({
                "node.data_dir": folder, "listen.port": 0, "admin.port": 0, "store.engine": "memory",
                "coordinator.key_file": key, "coordinator.certificate_file": certificate}))
            self.assertEqual(code, 3)
            self.assertIn(key, said)


if __name__ == "__main__":
    main()
