#!/usr/bin/env python3
"""Two sessions of one hub: who is in the one reads, hears and changes nothing of the other.

usage: sessions_apart_test.py MPAC_CLUSTER
"""
import hashlib
import pathlib
import sys
import tempfile

try:
    import cryptography  # noqa: F401
except ImportError:
    print("skipped: this test needs python3-cryptography", file=sys.stderr)
    sys.exit(77)

from hub_case import HubCase, main
from signing_visitor import TimelyVisitor, hash_of

BOTH = ("alpha", "beta")
WAYS_OVER = ("plan.md", "alpha/plan.md", "../alpha/plan.md", "/session/alpha/plan.md", "alpha:plan.md",
             "beta/../plan.md", "%2e%2e/alpha/plan.md", "..\\alpha\\plan.md", "shared.md/../../alpha/plan.md")


def ref(content):
    return "sha256:" + hashlib.sha256(content.encode()).hexdigest()[:16]


class Apart(HubCase):
    """alice may come into alpha, bob into beta, olga into both; each session has a folder of its own, side by side."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mpac-interop-")
        cls.addClassCleanup(folder.cleanup)
        root = pathlib.Path(folder.name)
        for session, own in (("alpha", "plan.md"), ("beta", "menu.md")):
            (root / session).mkdir()
            (root / session / own).write_text(f"only for {session}\n")
            (root / session / "shared.md").write_text("the same at first\n")
        keys = root / "keys.toml"
        keys.write_text("".join(
            f'[[key]]\nsha256 = "{hash_of(who)}"\nprincipal_id = "{who}"\nroles = ["owner"]\nsessions = {sessions}\n'
            for who, sessions in (("alice", '["alpha"]'), ("bob", '["beta"]'), ("olga", '"*"'))) +
            f'[[key]]\nsha256 = "{hash_of("nina")}"\nprincipal_id = "nina"\n')  # her roles are the sessions' matter
        cls.settings = {"session.security_profile": "authenticated", "session.role_policy.default_role": "contributor",
                        "auth.api_keys_file": str(keys), "limits.failed_hellos_per_address": 1000,
                        **{f"sessions.{name}.workspace_dir": str(root / name) for name in BOTH}}
        super().setUpClass()

    async def come(self, principal, session, **fields):
        visitor = TimelyVisitor(await self.connect(f"/session/{session}"), principal, session,
                                f"{principal}:{self.session}:{len(self.open)}")
        return visitor, await visitor.say("HELLO", display_name=principal, roles=["owner"], capabilities=[], **fields)

    async def inside(self, principal, session):
        visitor, _ = await self.come(principal, session, credential={"type": "api_key", "value": principal})
        await visitor.hears("SESSION_INFO")
        return visitor

    async def files_of(self, visitor):
        await visitor.ask("FILE_LIST")
        return {each["path"]: each["state_ref"] for each in (await visitor.hears("FILE_LIST_RESPONSE"))["files"]}

    async def test_a_key_for_one_session_opens_no_other(self):
        """[23.1.4-06] [23.1.4-13]"""
        await self.inside("alice", "alpha")
        await self.inside("bob", "beta")
        for session in BOTH:
            await self.inside("olga", session)
        for principal, session in (("alice", "beta"), ("bob", "alpha"), ("alice", "gamma"), ("alice", "Alpha")):
            key = {"type": "api_key", "value": principal}
            stranger, letter = await self.come(principal, session, credential=key)
            await stranger.is_refused("CREDENTIAL_REJECTED", letter)
            for request, fields in (("FILE_LIST", {}), ("FILE_READ", {"path": "shared.md"}), ("SESSION_SUMMARY", {})):
                await stranger.ask(request, **fields)
                await stranger.is_refused("INVALID_REFERENCE")
        # Nor does it if HELLO names the session that the key is for, for the door is the other one's.
        stranger = TimelyVisitor(await self.connect("/session/beta"), "alice", "alpha", "alice:by-the-wrong-door")
        letter = await stranger.say("HELLO", display_name="alice", roles=["owner"], capabilities=[],
                                    credential={"type": "api_key", "value": "alice"})
        await stranger.is_refused("INVALID_REFERENCE", letter, "session_id")

    async def test_a_file_of_another_session_is_not_there(self):
        """[9.5-01] [9.5-02] Whatever it is called; and one of the same name is another one."""
        alice, bob = await self.inside("alice", "alpha"), await self.inside("bob", "beta")
        self.assertEqual(set(await self.files_of(alice)), {"plan.md", "shared.md"})
        before = await self.files_of(bob)
        self.assertEqual(set(before), {"menu.md", "shared.md"})
        for path in WAYS_OVER:
            with self.subTest(path):
                await bob.ask("FILE_READ", path=path)
                message = await bob.next()
                self.assertTrue(message.get("type") == "FILE_ERROR" or
                                message["payload"]["error_code"] == "MALFORMED_MESSAGE", message)
                self.assertNotIn("only for alpha", str(message))
        for more in ({"session_id": "alpha"}, {"session": "alpha"}, {"workspace_dir": "../alpha"}):
            await bob.ask("FILE_READ", path="plan.md", **more)
            self.assertNotIn("only for alpha", str(await bob.next()))
        old, new = "the same at first\n", "alpha's own now\n"
        await alice.commit("o1", "shared.md", ref(old), ref(new),
                           file_changes={"shared.md": {"content": new, "state_ref_before": ref(old)}})
        await alice.hears("OP_COMMIT")
        await alice.hears("FILE_UPDATED", path="shared.md")
        self.assertEqual(await self.files_of(bob), before)
        await bob.ask("FILE_READ", path="shared.md")
        await bob.hears("FILE_CONTENT", content=old)

    async def test_a_letter_for_another_session_is_refused(self):
        """[22.1-03] [23.3-01] Also of who is in that session, too: each connection belongs to one."""
        alice, bob = await self.inside("alice", "alpha"), await self.inside("bob", "beta")
        olgas = {session: await self.inside("olga", session) for session in BOTH}
        for visitor, other in ((bob, "alpha"), (olgas["beta"], "alpha"), (olgas["alpha"], "beta")):
            for kind, payload in (("INTENT_ANNOUNCE", {"intent_id": "i9", "objective": "x",
                                                       "scope": {"kind": "file_set", "resources": ["plan.md"]}}),
                                  ("SESSION_CLOSE", {"reason": "manual", "final_lamport_clock": 1}),
                                  ("GOODBYE", {"reason": "user_exit"}), ("HEARTBEAT", {"status": "idle"})):
                letter = visitor.envelope(kind, payload, session_id=other)
                await visitor.write(letter)
                await visitor.is_refused("INVALID_REFERENCE", letter, "session_id")
        for visitor in (alice, bob, *olgas.values()):
            self.assertEqual((await visitor.hears_nothing())["active_intent_count"], 0)

    async def test_what_is_named_like_something_elsewhere_is_another_thing(self):
        """[23.3-06] Ids mean what they mean in one's own session; nothing is heard of the other."""
        alice, bob = await self.inside("alice", "alpha"), await self.inside("bob", "beta")
        await alice.echoed(await alice.announce("i1", "shared.md"))
        for kind, payload in (("INTENT_WITHDRAW", {"intent_id": "i1"}),
                              ("INTENT_UPDATE", {"intent_id": "i1", "objective": "taken over"}),
                              ("INTENT_CLAIM", {"claim_id": "c1", "original_intent_id": "i1",
                                                "original_principal_id": "alice", "new_intent_id": "i2",
                                                "objective": "mine", "justification": "it is there",
                                                "scope": {"kind": "file_set", "resources": ["shared.md"]}})):
            letter = await bob.say(kind, payload)
            await bob.is_refused("INVALID_REFERENCE", letter)
        await bob.echoed(await bob.announce("i1", "shared.md"))  # no conflict with alice's
        await bob.hears_nothing()
        await bob.echoed(await bob.say("INTENT_WITHDRAW", intent_id="i1"))
        self.assertEqual((await alice.hears_nothing())["active_intents"][0]["intent_id"], "i1")
        await alice.echoed(await alice.say("INTENT_WITHDRAW", intent_id="i1"))

    async def test_a_role_is_one_in_its_session_alone(self):
        """[23.4-01] [23.1.5-07] Who owns one session and looks on in another may not do there what it may do here."""
        for session, role in (("hers", "owner"), ("theirs", "observer")):
            policy = {"default_role": "contributor", "role_assignments": {"nina": [role]}}
            status, _, content = self.hub.admin("POST", "/api/v1/sessions", {
                "session_id": session, "security_profile": "authenticated", "role_policy": policy})
            self.assertEqual(status, 201, content)
        at_home, away = [await self.inside("nina", session) for session in ("hers", "theirs")]
        await at_home.echoed(await at_home.announce("i1", "a.py"))
        letter = await away.announce("i1", "a.py")
        await away.is_refused("AUTHORIZATION_FAILED", letter)
        await at_home.echoed(await at_home.announce("i2", "b.py"))


if __name__ == "__main__":
    main()
