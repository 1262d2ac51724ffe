#!/usr/bin/env python3
"""The authenticated profile over real sockets, visited by clients that python3-cryptography arms.

usage: trust_test.py MPAC_CLUSTER
"""
import pathlib
import signal
import sys
import tempfile

try:
    from cryptography.fernet import Fernet
except ImportError:
    print("skipped: this test needs python3-cryptography", file=sys.stderr)
    sys.exit(77)

from hub_case import PROGRAM, HubCase, main
from mortal_hub import MortalHub
from running_hub import PATIENCE
from signing_visitor import Identity, TimelyVisitor, hash_of, is_signed_by

ROLES = {"session.role_policy.default_role": "contributor"}


class Authenticated(HubCase):
    """One key for each of alice and bob, and one that has run out."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mpac-interop-")
        cls.addClassCleanup(folder.cleanup)
        cls.keys = pathlib.Path(folder.name) / "keys.toml"
        cls.write_keys()
        cls.coordinator = Identity("hub")
        key, certificate = cls.coordinator.write(folder.name, "coordinator")
        cls.settings = {"session.security_profile": "authenticated", "auth.api_keys_file": str(cls.keys),
                        "coordinator.key_file": key, "coordinator.certificate_file": certificate,
                        "limits.failed_hellos_per_address": 1000, **ROLES}
        super().setUpClass()

    @classmethod
    def write_keys(cls, *more):
        cls.keys.write_text("".join(
            f'[[key]]\nsha256 = "{hash_of(key)}"\nprincipal_id = "{who}"\nroles = ["owner"]\nsessions = {sessions}\n'
            for key, who, sessions in [("open-alice", "alice", '"*"'), ("open-bob", "bob", '["elsewhere"]'), *more]))

    def let_in(self, *more):
        """These too."""
        self.write_keys(*more)
        before = len(self.hub.log)
        self.hub.signal(signal.SIGHUP)
        self.hub.says("reloaded", before)

    async def come(self, principal):
        return TimelyVisitor(await self.connect(f"/session/{self.session}"), principal, self.session)

    async def attempt(self, principal, credential, **members):
        visitor = await self.come(principal)
        letter = visitor.envelope("HELLO", {"display_name": principal, "roles": ["owner"], "capabilities": [],
                                            **({"credential": credential} if credential else {})}, **members)
        await visitor.write(letter)
        return visitor, letter

    async def test_a_key_opens(self):
        """[23.1.2-02] [23.1.4-06] [23.1.4-12] [23.2-01] [23.1-03] [23.1.4-C01] [13.1.HELLO-05]"""
        alice, _ = await self.attempt("alice", {"type": "api_key", "value": "open-alice"})
        await alice.hears("SESSION_INFO", identity_verified=True, identity_method="api_key", granted_roles=["owner"],
                          security_config={"auth_mechanism": "api_key", "auth_mechanisms": ["api_key"],
                                           "replay_window_sec": 300, "audit_retention_days": 90})
        letter = await alice.announce("i1", "a.py")
        await alice.echoed(letter)

    async def test_nothing_else_does(self):
        """[23.1.2-03] [23.1.4-01] [23.1.4-13] [22.1-14]"""
        for principal, credential in (("alice", None), ("alice", {"type": "api_key", "value": "open-bob"}),
                                      ("alice", {"type": "api_key", "value": "open-alicf"}),
                                      ("bob", {"type": "api_key", "value": "open-alice"}),
                                      ("bob", {"type": "api_key", "value": "open-bob"}),  # not for this session
                                      ("alice", {"type": "bearer_token", "value": "open-alice"}),
                                      ("alice", {"type": "api_key", "value": ""})):
            visitor, letter = await self.attempt(principal, credential)
            refused = await visitor.is_refused("CREDENTIAL_REJECTED", letter)
            self.assertNotIn("open-", refused["description"])
            await visitor.announce("i1", "a.py")
            await visitor.is_refused("INVALID_REFERENCE")
        self.assertNotIn("open-", self.hub.all_said())

    async def test_what_was_heard_once_is_refused(self):
        """[23.1.2-07] [22.1-15] [23.1.2-C02]"""
        alice, hello = await self.attempt("alice", {"type": "api_key", "value": "open-alice"})
        await alice.hears("SESSION_INFO")
        letter = await alice.announce("i1", "a.py")
        await alice.echoed(letter)
        await alice.write(letter)
        await alice.is_refused("REPLAY_DETECTED", letter)
        thief = await self.come("alice")
        await thief.write(hello)  # whoever has recorded it
        await thief.is_refused("REPLAY_DETECTED", hello)

    async def test_old_letters_are_refused(self):
        """[23.1.2-08] [23.1.2-09]"""
        late, letter = await self.attempt("alice", {"type": "api_key", "value": "open-alice"},
                                          ts="2020-01-01T00:00:00.000Z")
        await late.is_refused("REPLAY_DETECTED", letter)

    async def test_another_name_is_refused(self):
        """[23.3-01] [23.3-02] [23.1.2-04] [23.3-C01]"""
        alice, _ = await self.attempt("alice", {"type": "api_key", "value": "open-alice"})
        await alice.hears("SESSION_INFO")
        letter = alice.envelope("INTENT_WITHDRAW", {"intent_id": "i1"})
        letter["sender"]["principal_id"] = "bob"
        await alice.write(letter)
        await alice.is_refused("AUTHORIZATION_FAILED", letter)

    async def test_a_hub_that_has_a_key_signs_here_too(self):
        """[23.1.2-06]"""
        alice, letter = await self.attempt("alice", {"type": "api_key", "value": "open-alice"})
        self.assertTrue(is_signed_by(await alice.hears("SESSION_INFO"), self.coordinator.pem))
        await alice.say("INTENT_WITHDRAW", intent_id="none")
        self.assertTrue(is_signed_by(await alice.hears("PROTOCOL_ERROR"), self.coordinator.pem))

    async def test_what_goes_past_a_scope_is_logged_and_may_be_reported(self):
        """[23.3-04] [23.3-05]"""
        self.let_in(("open-carol", "carol", '"*"'))
        alice, _ = await self.attempt("alice", {"type": "api_key", "value": "open-alice"})
        carol, _ = await self.attempt("carol", {"type": "api_key", "value": "open-carol"})
        await alice.hears("SESSION_INFO")
        await carol.hears("SESSION_INFO")
        await alice.announce("i1", "a.py")
        await alice.commit("o1", "b.py", "r0", "r1", intent_id="i1")
        await carol.hears("INTENT_ANNOUNCE")
        await carol.hears("OP_COMMIT")
        self.hub.says("an operation outside its intent's scope")
        line = [each for each in self.hub.log if each and "outside its intent's scope" in each][-1]
        for told in ("alice", "o1", "b.py", self.session):
            self.assertIn(told, line)
        await carol.say("CONFLICT_REPORT", conflict_id="c1", category="policy_violation", severity="low",
                        principal_a="alice", principal_b="carol", intent_a="i1", intent_b="i1",
                        related_intents=["i1"], related_ops=["o1"], description="not what it announced",
                        basis={"kind": "rule", "rule_id": "scope"})
        await alice.hears("INTENT_ANNOUNCE")
        await alice.hears("OP_COMMIT")
        report = await alice.hears("CONFLICT_REPORT", conflict_id="c1")
        self.assertEqual(report["payload"]["category"], "policy_violation")

    async def test_content_that_the_hub_can_not_read_goes_through_it(self):
        """[23.4-06] [23.4-07] [23.4-C02] What lies behind change_ref may be encrypted for those who are to read it."""
        self.let_in(("open-carol", "carol", '"*"'))
        alice, _ = await self.attempt("alice", {"type": "api_key", "value": "open-alice"})
        carol, _ = await self.attempt("carol", {"type": "api_key", "value": "open-carol"})
        await alice.hears("SESSION_INFO")
        await carol.hears("SESSION_INFO")
        secret = Fernet(Fernet.generate_key())  # between alice and carol
        sealed = secret.encrypt(b"the content of plan.md").decode()
        await alice.announce("i1", "plan.md")
        await alice.commit("o1", "plan.md", "r0", "r1", intent_id="i1", change_ref="encrypted:" + sealed)
        await carol.hears("INTENT_ANNOUNCE")
        heard = await carol.hears("OP_COMMIT")
        self.assertEqual(heard["sender"]["principal_id"], "alice")
        self.assertEqual(secret.decrypt(heard["payload"]["change_ref"].removeprefix("encrypted:").encode()),
                         b"the content of plan.md")

    async def test_keys_are_read_again(self):
        """[23.1.4-06]"""
        before = await self.attempt("dora", {"type": "api_key", "value": "open-dora"})
        await before[0].is_refused("CREDENTIAL_REJECTED")
        self.let_in(("open-dora", "dora", '"*"'))
        dora, _ = await self.attempt("dora", {"type": "api_key", "value": "open-dora"})
        await dora.hears("SESSION_INFO")


class Slowed(HubCase):
    """Whoever fails too often waits, also with a good key; nobody else does."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mpac-interop-")
        cls.addClassCleanup(folder.cleanup)
        keys = pathlib.Path(folder.name) / "keys.toml"
        keys.write_text(f'[[key]]\nsha256 = "{hash_of("open")}"\nprincipal_id = "alice"\nsessions = "*"\n')
        cls.settings = {"session.security_profile": "authenticated", "auth.api_keys_file": str(keys),
                        "limits.failed_hellos_per_address": 2, **ROLES}
        super().setUpClass()

    async def test_guessing_is_slow(self):
        """[23.4-02] And each refusal is counted, by its code."""
        codes = []
        for number in range(4):  # from another port each time
            mallory = TimelyVisitor(await self.connect(), "alice", self.session)
            mallory.lamport = 10 * number
            await mallory.say("HELLO", display_name="x", roles=[], capabilities=[],
                              credential={"type": "api_key", "value": f"guess-{number}"})
            answer = (await mallory.hears("PROTOCOL_ERROR"))["payload"]
            codes.append(answer["error_code"])
        self.assertEqual(codes[0], "CREDENTIAL_REJECTED")
        self.assertEqual(codes[-1], "mpac_cluster.RATE_LIMITED")
        self.assertGreater(answer["extensions"]["retry_after_sec"], 0)
        for code in set(codes):
            self.assertEqual(self.metric("mpac_errors_total", code=code), codes.count(code))
        self.assertEqual(self.metric("mpac_connections_refused_total"), 0, "who guesses is connected, and not let in")


class Bounded(HubCase):
    """What one principal says in all its sessions, and how many sessions one tenant's account bears."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mpac-interop-")
        cls.addClassCleanup(folder.cleanup)
        keys = pathlib.Path(folder.name) / "keys.toml"
        keys.write_text("".join(f'[[key]]\nsha256 = "{hash_of(who)}"\nprincipal_id = "{who}"\ntenant = "{tenant}"\n'
                                for who, tenant in (("alice", "acme"), ("bob", "other"))))
        cls.settings = {"session.security_profile": "authenticated", "auth.api_keys_file": str(keys),
                        "limits.principal_messages_per_sec": 0.01, "limits.burst": 3, "limits.sessions_per_tenant": 2,
                        **ROLES}
        super().setUpClass()

    async def test_both(self):
        """[23.4-02]"""
        async def come(who, session):
            visitor = TimelyVisitor(await self.connect(f"/session/{session}"), who, session, f"{who}:{session}")
            await visitor.say("HELLO", display_name=who, roles=["contributor"], capabilities=[],
                              credential={"type": "api_key", "value": who})
            return visitor

        first, second = await come("alice", "one"), await come("alice", "two")
        for visitor in (first, second):
            await visitor.hears("SESSION_INFO")
        third = await come("alice", "three")
        await third.is_refused("mpac_cluster.LIMIT_REACHED", None, "limits.sessions_per_tenant")
        bob = await come("bob", "three")
        await bob.hears("SESSION_INFO")
        for number, visitor in enumerate((first, second, first)):
            await visitor.echoed(await visitor.announce(f"i{number}", f"{number}.py"))
        letter = await second.announce("late", "late.py")
        refused = await second.is_refused("mpac_cluster.RATE_LIMITED", letter, "limits.principal_messages_per_sec")
        self.assertGreater(refused["extensions"]["retry_after_sec"], 0)
        await bob.echoed(await bob.announce("b", "b.py"))


class Remembering(HubCase):
    @classmethod
    def setUpClass(cls):
        pass

    async def test_a_restart_forgets_no_message(self):
        """[23.1.2-10] [23.1.2-11] [23.1.3-10]"""
        with tempfile.TemporaryDirectory(prefix="mpac-interop-", ignore_cleanup_errors=True) as folder:
            keys = pathlib.Path(folder) / "keys.toml"
            keys.write_text(f'[[key]]\nsha256 = "{hash_of("open")}"\nprincipal_id = "alice"\nsessions = "*"\n')
            self.hub = MortalHub(PROGRAM, pathlib.Path(folder) / "data", {
                "session.security_profile": "authenticated", "auth.api_keys_file": str(keys), **ROLES})
            self.addCleanup(lambda: (self.hub.process.kill(), self.hub.process.wait(PATIENCE)))
            self.hub.begin()
            self.hub.is_ready()
            alice = TimelyVisitor(await self.connect(), "alice", self.session)
            credential = {"type": "api_key", "value": "open"}
            hello = await alice.hello("owner", credential=credential)
            letter = await alice.announce("i1", "a.py")
            await alice.echoed(letter)
            self.hub.die()
            self.hub.begin()
            self.hub.is_ready()
            again = TimelyVisitor(await self.connect(), "alice", self.session)
            await again.write(hello)
            await again.is_refused("REPLAY_DETECTED", hello)
            again.lamport = alice.lamport
            await again.hello("owner", credential=credential)
            await again.hears("COORDINATOR_STATUS", event="recovered")
            await again.write(letter)
            await again.is_refused("REPLAY_DETECTED", letter)


if __name__ == "__main__":
    main()
