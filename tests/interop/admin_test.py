#!/usr/bin/env python3
"""The admin listener: every route of it, what it answers, and what it answers to nonsense.

usage: admin_test.py MPAC_CLUSTER
"""
import contextlib
import http.client
import pathlib
import tempfile
from datetime import datetime, timezone

from hub_case import HubCase, main
from running_hub import PATIENCE


class Routes(HubCase):
    def ask(self, path, status=200, method="GET", body=None):
        code, headers, content = self.hub.admin(method, path, body)
        self.assertEqual(code, status, content)
        return content

    def refused(self, path, status, method="GET", body=None):
        error = self.ask(path, status, method, body)["error"]
        self.assertTrue(error["code"] and error["message"], error)
        return error

    def test_health(self):
        for path in ("/livez", "/healthz"):
            self.assertEqual(self.ask(path), {"status": "ok"})
        self.assertEqual(self.ask("/readyz")["status"], "ready")
        self.assertEqual({check["name"] for check in self.ask("/readyz?verbose")["checks"]}, {"listening", "store"})

    async def test_sessions_are_listed_page_by_page(self):
        """[9.3-01]"""
        for number in range(5):
            await self.join("alice", session=f"page-{number}")
        found, after = [], ""
        while after is not None:
            page = self.ask(f"/api/v1/sessions?limit=2&after={after}")
            self.assertLessEqual(len(page["sessions"]), 2)
            found += page["sessions"]
            after = page["next"]
        ids = [row["session_id"] for row in found]
        self.assertEqual(ids, sorted(set(ids)))
        row = next(row for row in found if row["session_id"] == "page-3")
        self.assertEqual({**row, "lamport_clock": 0}, {"session_id": "page-3", "state": "active", "participants": 1,
                                                       "active_intents": 0, "open_conflicts": 0, "lamport_clock": 0,
                                                       "loaded": True})
        for limit in ("0", "x", "-1", "99999"):
            self.refused(f"/api/v1/sessions?limit={limit}", 400)

    async def test_one_session_and_its_snapshot(self):
        """[8.1.1.2-02] [8.1.1.2-03] [12.7-06]"""
        alice, bob = await self.join("alice", "bob")
        await alice.announce("i1", "a.py")
        await bob.announce("i2", "a.py")
        await alice.commit("o1", "a.py", "r0", "r1", intent_id="i1")
        await self.settled(alice, bob)
        told = await alice.hears_nothing()
        summary = self.ask(f"/api/v1/sessions/{self.session}")
        for content in (told, summary):
            content.pop("captured_at")
            for person in content["participants"]:
                person.pop("last_seen")
        self.assertEqual(summary, told)
        snapshot = self.snapshot()
        self.assertEqual((snapshot["snapshot_version"], snapshot["session_id"], snapshot["session_closed"]),
                         (2, self.session, False))
        self.assertGreater(snapshot["lamport_clock"], 5)
        for entities, names in {
                "participants": "principal_id display_name roles status is_available last_seen",
                "intents": "intent_id principal_id state objective scope expires_at",
                "operations": "op_id intent_id principal_id state target op_kind state_ref_before state_ref_after "
                              "batch_id",
                "conflicts": "conflict_id state category severity related_intents related_ops escalated_to "
                             "resolution_id scope_frozen principal_a principal_b intent_a intent_b"}.items():
            self.assertTrue(snapshot[entities], entities)
            for entity in snapshot[entities]:
                self.assertLessEqual(set(names.split()), set(entity), entities)
        for name in ("target_state_refs", "deferrals", "claims", "anti_replay", "governance_policy", "liveness_policy"):
            self.assertIn(name, snapshot)

    async def test_a_transcript_holds_what_was_said_in_order(self):
        """[9.6.3-01] [9.6.3-02] [9.6.3-03] [9.6.3-04] [23.1.1-03]"""
        alice = await self.join("alice")
        letters = [await alice.announce(f"i{number}", f"{number}.py") for number in range(20)]
        await alice.all_heard()
        transcript = self.ask(f"/api/v1/sessions/{self.session}/transcript")
        self.assertLessEqual({"session_id", "protocol_version", "exported_at", "security_profile", "participants",
                              "messages", "final_snapshot"}, set(transcript))
        messages = transcript["messages"]
        self.assertEqual([each for each in messages if each["message_type"] == "INTENT_ANNOUNCE"], letters)
        self.assertIn("SESSION_INFO", {each["message_type"] for each in messages})
        order = [(each["watermark"]["value"], each["sender"]["principal_id"], each["sender"]["sender_instance_id"])
                 for each in messages]
        self.assertEqual(order, sorted(order))
        self.assertEqual(len(transcript["final_snapshot"]["intents"]), 20)

    async def test_a_transcript_tells_what_was_refused_and_what_the_hub_did_by_itself(self):
        """[8.1-07] [17.9-04] [9.6.3-02]"""
        alice, bob = await self.join("alice", "bob")
        letters = [await alice.announce("i1", "a.py"), await bob.announce("i2", "a.py")]
        await self.settled(alice, bob)
        letters.append(await alice.say("INTENT_WITHDRAW", intent_id="i2"))
        await alice.is_refused("AUTHORIZATION_FAILED", letters[-1])
        letters += [await alice.say("INTENT_WITHDRAW", intent_id="i1")]
        await bob.hears("INTENT_WITHDRAW")
        letters += [await bob.say("INTENT_WITHDRAW", intent_id="i2")]
        await bob.hears("INTENT_WITHDRAW")
        dismissal = await bob.hears("RESOLUTION", decision="dismissed")
        messages = self.ask(f"/api/v1/sessions/{self.session}/transcript")["messages"]
        for letter in letters:
            self.assertEqual(messages.count(letter), 1, letter)
        self.assertEqual(messages.count(dismissal), 1)
        refusal, = (each for each in messages if each["message_type"] == "PROTOCOL_ERROR")
        self.assertEqual(refusal["payload"]["refers_to"], letters[2]["message_id"])
        report, = (each for each in messages if each["message_type"] == "CONFLICT_REPORT")
        self.assertEqual(report["payload"]["conflict_id"], dismissal["payload"]["conflict_id"])

    async def test_no_transcript_shows_a_credential(self):
        """[9.6.3-01] Neither of who was let in nor of who was refused; nor does a snapshot."""
        secret = {"type": "api_key", "value": "open-sesame"}
        alice = await self.visit("alice")
        await alice.hello(credential=secret)
        mallory = await self.visit("alice")
        letter = mallory.envelope("HELLO", {"display_name": "m", "roles": [], "capabilities": [], "credential": secret})
        letter["sender"]["principal_type"] = "human"
        await mallory.write(letter)
        await mallory.is_refused("AUTHORIZATION_FAILED", letter)
        transcript = self.ask(f"/api/v1/sessions/{self.session}/transcript")
        hellos = [each for each in transcript["messages"] if each["message_type"] == "HELLO"]
        self.assertEqual(len(hellos), 2, "the refused one is there too")
        self.assertEqual({each["payload"]["credential"]["value"] for each in hellos}, {"(redacted)"})
        self.assertNotIn("sesame", str(transcript))
        self.assertNotIn("sesame", str(self.snapshot()))

    async def test_who_cannot_prove_anything_leaves_nothing_behind(self):
        """[23.1.2-03] [23.1.4-13]"""
        policy = {"session_id": self.session, "security_profile": "authenticated",
                  "role_policy": {"default_role": "contributor"}}
        self.ask("/api/v1/sessions", 201, "POST", policy)
        alice = await self.visit("alice")
        hello = {"display_name": "a", "roles": [], "capabilities": [],
                 "credential": {"type": "bearer_token", "value": "open-sesame"}}
        letter = alice.envelope("HELLO", hello, ts=datetime.now(timezone.utc).isoformat().replace("+00:00", "Z"))
        await alice.write(letter)
        await alice.is_refused("CREDENTIAL_REJECTED", letter)
        transcript = self.ask(f"/api/v1/sessions/{self.session}/transcript")
        self.assertEqual(transcript["messages"], [])
        self.assertNotIn("sesame", str(transcript))
        self.assertNotIn("sesame", self.hub.all_said())

    async def test_a_session_is_made_and_closed_by_hand(self):
        """[9.2-01] [9.2-04] [9.6.1-01] [9.6.1-02] [14.5-02] [14.5-03] [13.1.SESSION_CLOSE-01] [22.1-13]"""
        policy = {"session_id": self.session, "compliance_profile": "governance", "strict": True,
                  "liveness": {"heartbeat_interval_sec": 11}}
        code, headers, content = self.hub.admin("POST", "/api/v1/sessions", policy)
        self.assertEqual((code, headers["Location"], content["session_id"]),
                         (201, f"/api/v1/sessions/{self.session}", self.session))
        self.refused("/api/v1/sessions", 409, "POST", policy)
        alice, bob = await self.join("alice", "bob")
        self.assertEqual((alice.welcome["payload"]["compliance_profile"],
                          alice.welcome["payload"]["liveness_policy"]["heartbeat_interval_sec"]), ("governance", 11))
        await alice.announce("i1", "a.py")
        for person in (alice, bob):
            await person.hears("INTENT_ANNOUNCE")
        self.assertEqual(self.ask(f"/api/v1/sessions/{self.session}", 200, "DELETE")["state"], "closed")
        for person in (alice, bob):
            await person.hears("SESSION_CLOSE", reason="manual")
        letter = await bob.announce("i2", "b.py")
        await bob.is_refused("SESSION_CLOSED", letter)
        snapshot = self.snapshot()
        self.assertTrue(snapshot["session_closed"])
        self.assertEqual(self.states("intents", "intent_id"), {"i1": "WITHDRAWN"})

    async def test_a_session_has_all_it_must_however_it_came_to_be(self):
        """[9.2-05] [9.4-02] [9.4-03] An id, a version, and somebody whose word decides."""
        self.ask("/api/v1/sessions", 201, "POST", {"session_id": f"{self.session}-made"})
        for session in (self.session, f"{self.session}-made"):
            olga = await self.visit("olga", session)
            await olga.hello("owner")
            info = olga.welcome["payload"]
            self.assertEqual((info["session_id"], info["protocol_version"]), (session, "0.1.13"))
            self.assertIn("resolution_timeout_sec", info["governance_policy"])
            self.assertEqual(info["granted_roles"], ["owner"])
            alice, bob = await self.join("alice", "bob", session=session)
            await alice.announce("i1", "a.py")
            await bob.announce("i2", "a.py")
            await self.settled(alice, bob, olga)
            dispute, = self.hub.snapshot(session)["conflicts"]
            letter = await olga.say("RESOLUTION", resolution_id="r1", conflict_id=dispute["conflict_id"],
                                    decision="approved", rationale="both")
            await olga.echoed(letter)

    async def test_the_records_tell_who_did_what_and_what_it_rested_on(self):
        """[7.1-02] [9.1-01] [15.1-01] [23.3-03] [18.8-02] [7.3-04] [14.7.3-05] [12.1-01]"""
        alice, bob = await self.join("alice", "bob")
        olga = await self.join("olga", roles=["owner"])
        await alice.announce("i0", "z.py")
        await alice.say("INTENT_ANNOUNCE", intent_id="i1", objective="mend it", priority="high", ttl_sec=99,
                        scope={"kind": "file_set", "resources": ["a.py"]}, assumptions=["nobody else"],
                        parent_intent_id="i0")
        await alice.commit("o1", "a.py", "r0", "r1", intent_id="i1")
        await alice.commit("o2", "b.py", "r0", "r1", intent_id="i1")
        await alice.commit("o3", "c.py", "r0", "r1")
        await alice.say("OP_PROPOSE", op_id="o4", intent_id="i1", target="a.py", op_kind="replace")
        await self.settled(alice, bob, olga)
        await bob.announce("i2", "a.py")
        await self.settled(alice, bob, olga)
        dispute, = self.snapshot()["conflicts"]
        await olga.say("RESOLUTION", resolution_id="r1", conflict_id=dispute["conflict_id"], decision="merged",
                       rationale="both are needed", outcome={"merged": ["i1", "i2"]})
        await alice.say("GOODBYE", reason="user_exit", intent_disposition="withdraw")
        await self.settled(bob, olga)
        told = self.snapshot()
        operations = {each["op_id"]: each for each in told["operations"]}
        self.assertEqual({name: (each["uncoordinated"], each["outside_scope"]) for name, each in operations.items()},
                         {"o1": (False, False), "o2": (False, True), "o3": (True, False), "o4": (False, False)})
        self.assertEqual(operations["o4"]["state"], "ABANDONED")
        intent = {each["intent_id"]: each for each in told["intents"]}["i1"]
        self.assertEqual((intent["objective"], intent["priority"], intent["ttl_sec"], intent["assumptions"],
                          intent["parent_intent_id"], intent["scope"]["resources"]),
                         ("mend it", "high", 99, ["nobody else"], "i0", ["a.py"]))
        dispute, = told["conflicts"]
        self.assertEqual((dispute["resolution_id"], dispute["resolved_by"], dispute["decision"]),
                         ("r1", "olga", "merged"))
        for member in ("session_id", "protocol_version", "participants", "target_state_refs", "governance_policy"):
            self.assertIn(member, told)
        messages = self.ask(f"/api/v1/sessions/{self.session}/transcript")["messages"]
        why, = [each["payload"]["rationale"] for each in messages if each["message_type"] == "RESOLUTION"]
        self.assertEqual(why, "both are needed")
        hub = [each for each in messages if each["sender"]["principal_id"].startswith("service:coordinator-")]
        self.assertTrue(hub)
        self.assertTrue(all(each["watermark"]["kind"] == "lamport_clock" for each in hub))
        report, = [each for each in messages if each["message_type"] == "CONFLICT_REPORT"]
        self.assertIn("based_on_watermark", report["payload"])

    async def test_a_governance_session_without_an_arbiter_is_made_with_a_warning(self):
        """[18.5-01] [9.4-05]"""
        made = self.ask("/api/v1/sessions", 201, "POST",
                        {"session_id": self.session, "compliance_profile": "governance"})
        self.assertIn("arbiter", str(made["warnings"]))
        made = self.ask("/api/v1/sessions", 201, "POST",
                        {"session_id": f"{self.session}-2", "compliance_profile": "governance",
                         "role_policy": {"role_assignments": {"vera": ["arbiter"], "olga": ["owner"]}}})
        self.assertNotIn("warnings", made)
        error = self.refused("/api/v1/sessions", 422, "POST",
                             {"session_id": f"{self.session}-3", "governance": {"require_arbiter": True}})
        self.assertIn("require_arbiter", str(error))

    def test_bad_resources_and_owned_scopes_are_named(self):
        """[15.2.3-02]"""
        error = self.refused("/api/v1/sessions", 422, "POST",
                             {"session_id": "bad", "role_policy": {"owned_scopes": {"olga": [""]}},
                              "resource_registry": {"mappings": [{"aliases": [{"kind": "file_set", "valu": "a"}]}, 7]}})
        for key in ("owned_scopes.olga", "mappings[0].canonical_uri", "aliases[0].valu", "mappings[1]"):
            self.assertIn(key, str(error))

    async def test_an_operator_decides_on_a_claim(self):
        """[14.7.4-03] [14.7.4-04] [14.7.4-06] [14.7.4.1-02] [14.7.4.1-05]"""
        self.ask("/api/v1/sessions", 201, "POST",
                 {"session_id": self.session, "compliance_profile": "governance",
                  "liveness": {"intent_claim_approval": "explicit"}})
        alice, bob = await self.join("alice", "bob")
        olga = await self.join("olga", roles=["owner"])
        for number in ("1", "2", "3"):
            await alice.announce(f"i{number}", f"{number}.py")
        await self.settled(alice, bob, olga)
        await alice.say("GOODBYE", reason="user_exit", intent_disposition="transfer")
        await bob.hears("GOODBYE")
        for number in ("1", "2", "3"):
            await bob.say("INTENT_CLAIM", claim_id=f"c{number}", original_intent_id=f"i{number}",
                          original_principal_id="alice", new_intent_id=f"n{number}", objective="go on",
                          scope={"kind": "file_set", "resources": [f"{number}.py"]})
        await self.settled(bob, olga)
        claims = f"/api/v1/sessions/{self.session}/claims"
        for body, status in ((b"nonsense", 400), ({}, 422), ({"decision": "perhaps"}, 422),
                             ({"decision": "approve", "why": "so"}, 422), ({"decision": "approve", "by": 7}, 422),
                             ({"decision": "approve", "by": "nobody"}, 422),
                             ({"decision": "approve", "by": "bob"}, 403)):
            self.refused(f"{claims}/c1", status, "POST", body)
        self.refused(f"{claims}/none", 404, "POST", {"decision": "approve"})
        self.refused("/api/v1/sessions/none/claims/c1", 404, "POST", {"decision": "approve"})
        self.refused(f"{claims}/c1", 405)
        self.assertEqual(self.states("intents", "intent_id"), {f"i{n}": "SUSPENDED" for n in "123"})
        told = self.ask(f"{claims}/c1", 200, "POST", {"decision": "approve", "by": "olga"})
        self.assertEqual((told["decision"], told["approved_by"], told["new_intent_id"]), ("approved", "olga", "n1"))
        told = self.ask(f"{claims}/c2", 200, "POST", {"decision": "reject", "reason": "not now"})
        self.assertEqual((told["decision"], told["reason"]), ("rejected", "not now"))
        told = self.ask(f"{claims}/c3", 200, "POST", {"decision": "approve"})
        self.assertEqual(told["approved_by"], f"service:coordinator-{self.session}")
        self.refused(f"{claims}/c1", 409, "POST", {"decision": "reject"})
        heard, _ = await self.settled(bob, olga)
        told = [each["payload"] for each in heard if each["message_type"] == "INTENT_CLAIM_STATUS"]
        self.assertEqual([(each["claim_id"], each["decision"]) for each in told],
                         [("c1", "approved"), ("c2", "rejected"), ("c3", "approved")])
        self.assertEqual(told[0]["approved_by"], "olga")
        self.assertEqual(self.states("intents", "intent_id"),
                         {"i1": "TRANSFERRED", "i2": "SUSPENDED", "i3": "TRANSFERRED", "n1": "ACTIVE", "n3": "ACTIVE"})
        self.ask(f"/api/v1/sessions/{self.session}", 200, "DELETE")
        self.refused(f"{claims}/c2", 409, "POST", {"decision": "approve"})

    async def test_a_close_may_leave_the_intents_to_run_out(self):
        """[14.5-04]"""
        alice = await self.join("alice")
        await alice.announce("i1", "a.py")
        await self.settled(alice)
        self.refused(f"/api/v1/sessions/{self.session}?intents=perhaps", 400, "DELETE")
        self.ask(f"/api/v1/sessions/{self.session}?intents=expire_all", 200, "DELETE")
        await alice.hears("SESSION_CLOSE", reason="manual", active_intents_disposition="expire_all")
        self.assertEqual(self.states("intents", "intent_id"), {"i1": "ACTIVE"})

    def test_the_core_profile_has_no_pre_commit(self):
        """[20.1-05] [7.8-21]"""
        error = self.refused("/api/v1/sessions", 422, "POST", {"session_id": "early", "execution_model": "pre_commit"})
        self.assertIn("execution_model", str(error))
        self.refused("/api/v1/sessions/early", 404)

    def test_a_bad_policy_is_refused_with_every_bad_key(self):
        """[9.2-04]"""
        error = self.refused("/api/v1/sessions", 422, "POST", {"session_id": "bad", "race_lok": True, "strict": 7,
                                                               "governance": {"resolution_timeout_sec": -1}})
        for key in ("race_lok", "strict", "resolution_timeout_sec"):
            self.assertIn(key, str(error))
        self.refused("/api/v1/sessions/bad", 404)
        for body in (b"", b"nonsense", b"[]", {}, {"session_id": ""}, {"session_id": "a/b"}, {"session_id": 7}):
            self.assertIn(self.hub.admin("POST", "/api/v1/sessions", body)[0], (400, 422), body)

    def test_what_is_not_there(self):
        for path in ("/nothing", "/api/v1/sessions/none", "/api/v1/sessions/none/snapshot",
                     "/api/v1/sessions/none/transcript", "/api/v1/sessions/none/files", "/api/v1/sessions/none/files/a",
                     "/api/v1/sessions/none/other"):
            self.refused(path, 404)
        self.refused("/api/v1/sessions/none", 404, "DELETE")
        self.refused("/healthz", 405, "POST", b"{}")


class Metrics(HubCase):
    """On a hub of its own: nobody who has just left another test is counted here."""

    async def test_metrics_follow_what_happens(self):
        names = ("mpac_messages_total", "mpac_errors_total", "mpac_deliveries_total", "mpac_connections",
                 "mpac_frame_latency_seconds_count", "mpac_journal_batch_size_count")
        before = {name: self.metric(name) for name in names}
        alice, bob = await self.join("alice", "bob")
        await alice.announce("i1", "a.py")
        await bob.announce("i2", "a.py")
        await alice.write("nonsense")
        await self.settled(alice, bob)
        gained = {name: self.metric(name) - before[name] for name in names}
        self.assertGreaterEqual(gained["mpac_messages_total"], 4)
        self.assertEqual((gained["mpac_errors_total"], gained["mpac_connections"]), (1, 2))
        self.assertGreaterEqual(gained["mpac_deliveries_total"], 9)
        self.assertGreater(gained["mpac_frame_latency_seconds_count"], 0)
        self.assertGreater(gained["mpac_journal_batch_size_count"], 0)
        self.assertGreaterEqual(self.metric("mpac_conflicts_open"), 1)
        self.assertNotIn(self.session, self.hub.admin("GET", "/metrics")[2], "no session, person or token is a label")


class WithToken(HubCase):
    more_settings = {}

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mpac-interop-")
        cls.addClassCleanup(folder.cleanup)
        file = pathlib.Path(folder.name) / "token"
        file.write_text("open-sesame\n")
        cls.settings = {"admin.token_file": str(file), **cls.more_settings}
        super().setUpClass()


class Guarded(WithToken):
    def test_the_api_wants_the_token_and_health_does_not(self):
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "open-sesame"}):
            code, _, content = self.hub.admin("GET", "/api/v1/sessions", headers=headers)
            self.assertEqual(code, 401)
            self.assertIn("error", content)
        code, _, _ = self.hub.admin("GET", "/api/v1/sessions", headers={"Authorization": "Bearer open-sesame"})
        self.assertEqual(code, 200)
        self.assertEqual(self.hub.admin("GET", "/healthz")[0], 200)

    def asks(self, target, **headers):
        """The status of a request for exactly this target, which no library puts in order first."""
        connection = http.client.HTTPConnection("127.0.0.1", self.hub.ports["admin_port"], timeout=PATIENCE)
        connection.request("GET", target, headers=headers)
        with contextlib.closing(connection):
            return connection.getresponse().status

    def test_no_trick_with_a_path_leads_past_the_token_or_out_of_the_house(self):
        tricks = ["/livez/../api/v1/sessions", "/livez/%2e%2e/api/v1/sessions", "/metrics%2f../api/v1/sessions",
                  "//api/v1/sessions", "/api/v1//sessions", "/api/v1/sessions/..",
                  "/api/v1/sessions/%252e%252e", "/api/v1/sessions/a%00b", "/api/v1/sessions/a%2fsnapshot",
                  "/api/v1/sessions/a/files/../../../../etc/passwd", "/api/v1/sessions/a/transcript/../snapshot",
                  "/api/v1/sessions/a/files/%2e%2e%2f%2e%2e%2fetc%2fpasswd"]
        for target in tricks:
            self.assertEqual(self.asks(target), 401, target)
            self.assertEqual(self.asks(target, Authorization="Bearer open-sesame"), 404, target)
        self.assertEqual(self.asks("/%61pi/v1/sessions"), 401, "the same path, spelled another way")
        for target in ("http://elsewhere/api/v1/sessions", "*"):
            self.assertEqual(self.asks(target, Authorization="Bearer open-sesame"), 400, target)


class GuessedAt(WithToken):
    more_settings = {"limits.failed_hellos_per_address": 3}

    def test_who_guesses_at_the_token_waits_and_is_written_down(self):
        """[23.4-02]"""
        def asks(token):
            return self.hub.admin("GET", "/api/v1/sessions", headers={"Authorization": f"Bearer {token}"})
        for _ in range(4):  # those that are free, and the one too many
            self.assertEqual(asks("wrong")[0], 401)
        code, headers, content = asks("open-sesame")
        self.assertEqual(code, 429)
        self.assertIn(int(headers["Retry-After"]), range(1, 6))
        self.assertEqual(content["error"]["code"], "TOO_MANY_ATTEMPTS")
        self.hub.says("a wrong token was shown peer=127.0.0.1")
        self.assertNotIn("open-sesame", self.hub.all_said())
        told = self.hub.admin("GET", "/metrics")[2]
        self.assertIn('mpac_admin_refused_total{reason="wrong_token"} 4\n', told)
        self.assertIn('mpac_admin_refused_total{reason="address_attempts"} 1\n', told)


if __name__ == "__main__":
    main()
