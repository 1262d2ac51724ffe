#!/usr/bin/env python3
"""The core flow over real sockets: joining, intents, commits, conflicts and their end, leaving.

usage: core_flow_test.py MPAC_CLUSTER
"""
from hub_case import HubCase, main
from visitor import matches


class Joining(HubCase):
    async def test_hello_is_answered_with_session_info_first(self):
        """[14.1-01] [14.2-01] [14.2-07] [13.1.SESSION_INFO-01] [13.1.SESSION_INFO-02] [13.1.SESSION_INFO-03]
        [13.1.SESSION_INFO-04] [13.1.SESSION_INFO-05] [13.1.SESSION_INFO-06] [13.1.SESSION_INFO-07]
        [13.1.SESSION_INFO-11] [13.1.SESSION_INFO-12] [11.2-01] [11.2-11]"""
        alice = await self.visit("agent:alice")
        hello = await alice.hello("owner", "contributor")
        self.assertTrue(matches({
            "protocol": "MPAC", "version": "0.1.13", "session_id": self.session, "in_reply_to": hello["message_id"],
            "sender": {"principal_id": f"service:coordinator-{self.session}", "principal_type": "service",
                       "sender_instance_id": f"service:coordinator-{self.session}:epoch-1"},
            "coordinator_epoch": 1, "watermark": {"kind": "lamport_clock"},
            "payload": {
                "session_id": self.session, "protocol_version": "0.1.13", "security_profile": "open",
                "compliance_profile": "core", "watermark_kind": "lamport_clock", "execution_model": "post_commit",
                "state_ref_format": "sha256", "granted_roles": ["owner", "contributor"], "identity_verified": True,
                "participant_count": 1, "compatibility_errors": []}}, alice.welcome), alice.welcome)
        self.assertRegex(alice.welcome["ts"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(\d{3}|\d{6})Z$")

    async def test_hello_is_not_relayed(self):
        """[14.1-01] It may hold a credential."""
        alice, bob = await self.join("alice", "bob")
        self.assertEqual(bob.welcome["payload"]["participant_count"], 2)
        summary = await alice.hears_nothing()
        self.assertEqual({person["principal_id"] for person in summary["participants"]}, {"alice", "bob"})

    async def test_any_0_1_version_is_spoken_and_no_other(self):
        """[11.4-01] [11.4-02] [22.1-04] [25.1-01]"""
        alice = await self.join("alice")
        for version in ("0.1.15", "0.1.13", "0.1.0"):
            letter = alice.envelope("INTENT_ANNOUNCE", {"intent_id": f"i-{version}", "objective": "x",
                                    "scope": {"kind": "file_set", "resources": [version]}}, version=version)
            await alice.write(letter)
            await alice.echoed(letter)
        for members, code in (({"version": "0.2.0"}, "VERSION_MISMATCH"), ({"version": "2"}, "VERSION_MISMATCH"),
                              ({"protocol": "HTTP"}, "MALFORMED_MESSAGE")):
            letter = alice.envelope("INTENT_WITHDRAW", {"intent_id": "i-0.1.0"}, **members)
            await alice.write(letter)
            await alice.is_refused(code, letter)
        await alice.hears_nothing()

    async def test_lamport_values_of_the_coordinator_rise(self):
        """[12.7-03] [12.7-04] [12.7-05] [12.7-08]"""
        alice = await self.join("alice")
        seen = [alice.welcome["watermark"]["value"]]
        for number in range(5):
            await alice.say("INTENT_WITHDRAW", intent_id=f"none-{number}")
            letter = alice.envelope("HELLO", {"display_name": "alice", "roles": ["contributor"], "capabilities": []})
            await alice.write(letter)
            while (message := await alice.next())["message_type"] != "SESSION_INFO":
                seen.append(message["watermark"]["value"])
            seen.append(message["watermark"]["value"])
            self.assertGreater(seen[-1], letter["watermark"]["value"])
        self.assertEqual(seen, sorted(set(seen)))


class Working(HubCase):
    async def test_an_announcement_is_relayed_as_it_came_to_its_sender_too(self):
        """[15.6.1-01] [21.1-01] [21.2-01] [7.7-01]"""
        alice, bob = await self.join("alice", "bob")
        letter = alice.envelope("INTENT_ANNOUNCE", {
            "intent_id": "i1", "objective": "räume auf ✓", "scope": {"kind": "file_set", "resources": ["a.py"]},
            "extensions": {"vendor.example": {"colour": "blue"}}, "x_note": [1, 2.5, None]},
            trace_id="t1", extensions={"vendor.example": 7})
        await alice.write(letter)
        await alice.echoed(letter)
        await bob.echoed(letter)
        self.assertEqual(self.states("intents", "intent_id"), {"i1": "ACTIVE"})

    async def test_overlap_is_reported_to_both_in_both_shapes(self):
        """[17.2-01] [17.2-02] [13.1.CONFLICT_REPORT-01] [13.1.CONFLICT_REPORT-02] [13.1.CONFLICT_REPORT-04]
        [13.1.CONFLICT_REPORT-05] [13.1.CONFLICT_REPORT-06] [13.1.CONFLICT_REPORT-07] [13.1.CONFLICT_REPORT-08]
        [12.5-01] [17.8.1-01]"""
        alice, bob = await self.join("alice", "bob")
        await alice.announce("i1", "src/a.py", "src/b.py")
        await bob.announce("i2", "./src//b.py")
        reports = []
        for person in (alice, bob):
            await person.hears("INTENT_ANNOUNCE", intent_id="i1")
            await person.hears("INTENT_ANNOUNCE", intent_id="i2")
            reports.append(await person.hears("CONFLICT_REPORT", category="scope_overlap", principal_a="bob",
                                              principal_b="alice", intent_a="i2", intent_b="i1"))
        self.assertEqual(reports[0], reports[1])
        payload = reports[0]["payload"]
        self.assertEqual(set(payload["related_intents"]), {"i1", "i2"})
        self.assertEqual(payload["basis"]["kind"], "rule")
        self.assertEqual(payload["based_on_watermark"]["kind"], "lamport_clock")
        self.assertIn(payload["severity"], ("info", "low", "medium", "high", "critical"))
        self.assertTrue(payload["description"])
        self.assertGreaterEqual(reports[0]["coordinator_epoch"], 1)
        await alice.hears_nothing()
        await bob.hears_nothing()

    async def test_a_conflict_goes_from_report_over_escalation_to_its_end(self):
        """[17.3-01] [17.4-01] [17.4-03] [17.8.1-02] [17.8.1-07] [17.8.1-10] [18.4-01]"""
        alice, bob = await self.join("alice", "bob", roles=["owner"])
        judge = await self.join("judge", roles=["owner"])
        people = (alice, bob, judge)
        await alice.announce("i1", "a.py")
        await bob.announce("i2", "a.py")
        for person in people:
            await person.hears("INTENT_ANNOUNCE", intent_id="i1")
            await person.hears("INTENT_ANNOUNCE", intent_id="i2")
        dispute = (await alice.hears("CONFLICT_REPORT"))["payload"]["conflict_id"]
        await bob.hears("CONFLICT_REPORT", conflict_id=dispute)
        for letter in (await alice.say("CONFLICT_ACK", conflict_id=dispute, ack_type="seen"),
                       await bob.say("CONFLICT_ESCALATE", conflict_id=dispute, escalate_to="judge", reason="stuck")):
            for person in people:
                message = await person.next()
                if message["message_type"] == "CONFLICT_REPORT":  # the judge hears of it when it becomes theirs
                    message = await person.next()
                self.assertEqual(message, letter)
        conflict, = self.snapshot()["conflicts"]
        self.assertEqual((conflict["state"], conflict["escalated_to"]), ("ESCALATED", "judge"))

        refused = await alice.say("RESOLUTION", resolution_id="r0", conflict_id=dispute, decision="approved",
                                  rationale="mine", outcome={"accepted": ["i1"]})
        await alice.is_refused("AUTHORIZATION_FAILED", refused)
        await judge.say("RESOLUTION", resolution_id="r1", conflict_id=dispute, decision="approved", rationale="first",
                        outcome={"accepted": ["i1"], "rejected": ["i2"]})
        for person in people:
            await person.hears("RESOLUTION", resolution_id="r1", conflict_id=dispute, decision="approved")
            await person.hears("INTENT_WITHDRAW", intent_id="i2")  # the outcome, applied by the coordinator
        late = await judge.say("RESOLUTION", resolution_id="r2", conflict_id=dispute, decision="dismissed",
                               rationale="again")
        await judge.is_refused("RESOLUTION_CONFLICT", late)
        conflict, = self.snapshot()["conflicts"]
        self.assertEqual((conflict["state"], conflict["resolution_id"]), ("CLOSED", "r1"))
        self.assertEqual(self.states("intents", "intent_id"), {"i1": "ACTIVE", "i2": "WITHDRAWN"})

    async def test_a_conflict_ends_when_what_it_is_about_has_ended(self):
        """[17.8.1-05] [17.9-01]"""
        alice, bob = await self.join("alice", "bob")
        await alice.announce("i1", "a.py")
        await bob.announce("i2", "a.py")
        for person in (alice, bob):
            for kind in ("INTENT_ANNOUNCE", "INTENT_ANNOUNCE", "CONFLICT_REPORT"):
                await person.hears(kind)
        await alice.say("INTENT_WITHDRAW", intent_id="i1")
        await bob.say("INTENT_WITHDRAW", intent_id="i2")
        for person in (alice, bob):
            await person.hears("INTENT_WITHDRAW", intent_id="i1")
            await person.hears("INTENT_WITHDRAW", intent_id="i2")
            await person.hears("RESOLUTION", decision="dismissed")
        self.assertEqual([each["state"] for each in self.snapshot()["conflicts"]], ["DISMISSED"])

    async def test_a_commit_on_a_stale_state_is_refused_and_changes_nothing(self):
        """[13.1.OP_COMMIT-05] [13.1.OP_COMMIT-06]"""
        alice, bob = await self.join("alice", "bob")
        letter = await alice.commit("o1", "a.py", "sha256:0", "sha256:1")
        for person in (alice, bob):
            await person.hears("OP_COMMIT", op_id="o1", state_ref_after="sha256:1")
        stale = await bob.commit("o2", "a.py", "sha256:0", "sha256:2")
        await bob.is_refused("STALE_STATE_REF", stale, "a.py")
        await alice.hears_nothing()
        letter = await bob.commit("o3", "a.py", "sha256:1", "sha256:2")
        await alice.echoed(letter)
        snapshot = self.snapshot()
        self.assertEqual(snapshot["target_state_refs"], {"a.py": "sha256:2"})
        self.assertNotIn("o2", {each["op_id"] for each in snapshot["operations"]})

    async def test_a_batch_is_kept_whole_or_not_at_all(self):
        """[16.8-02] [16.8-03] [16.8-07] [16.8-13] [16.8-14] [13.1.OP_REJECT-01]"""
        alice, bob = await self.join("alice", "bob")
        await alice.commit("o0", "b.py", "r0", "r1")

        def entry(op, target, before):
            return {"op_id": op, "target": target, "op_kind": "replace", "state_ref_before": before,
                    "state_ref_after": before + "+"}
        good = await alice.say("OP_BATCH_COMMIT", batch_id="b1", atomicity="all_or_nothing",
                               operations=[entry("o1", "a.py", "r0"), entry("o2", "c.py", "r0")])
        for person in (alice, bob):
            await person.hears("OP_COMMIT", op_id="o0")
            await person.echoed(good)
        await alice.say("OP_BATCH_COMMIT", batch_id="b2", atomicity="all_or_nothing",
                        operations=[entry("o3", "d.py", "r0"), entry("o4", "b.py", "r0")])
        await alice.hears("OP_REJECT", op_id="b2")
        await alice.hears_nothing()
        await bob.hears_nothing()
        await alice.say("OP_BATCH_COMMIT", batch_id="b3", atomicity="best_effort",
                        operations=[entry("o5", "e.py", "r0"), entry("o6", "b.py", "r0")])
        refused = [each["payload"] for each in await alice.all_heard() if each["message_type"] == "OP_REJECT"]
        self.assertEqual([each["op_id"] for each in refused], ["o6"])
        refs = self.snapshot()["target_state_refs"]
        self.assertEqual(refs, {"a.py": "r0+", "b.py": "r1", "c.py": "r0+", "e.py": "r0+"})


    async def test_a_pair_of_ids_is_reported_again_when_it_begins_again(self):
        """[17.8.1-01] [17.9-06] The earlier conflict of that name stays open, for something was committed under it."""
        alice, bob = await self.join("alice", "bob")
        for _ in range(2):
            await alice.announce("i1", "a.py")
            await alice.hears("INTENT_ANNOUNCE")
            await bob.announce("i2", "a.py")
            self.assertIn("CONFLICT_REPORT", [each["message_type"] for each in await bob.all_heard()])
            await alice.commit("o1", "a.py", None, "r1", intent_id="i1")
            await alice.say("INTENT_WITHDRAW", intent_id="i1")
            await alice.all_heard()
            await bob.say("INTENT_WITHDRAW", intent_id="i2")
            await bob.all_heard()
            await alice.all_heard()


class Leaving(HubCase):
    async def leave(self, **goodbye):
        alice, bob = await self.join("alice", "bob")
        await alice.announce("i1", "a.py", ttl_sec=600)
        await bob.hears("INTENT_ANNOUNCE")
        letter = await alice.say("GOODBYE", reason="user_exit", **goodbye)
        await bob.echoed(letter)
        return alice, bob

    async def test_goodbye_is_relayed_once_to_each(self):
        """[14.4-01] The leaver's echo is its acknowledgement; a HELLO brings it back."""
        alice, bob = await self.leave()
        await alice.say("HELLO", display_name="alice", roles=["contributor"], capabilities=[])
        heard = []
        while (message := await alice.next())["message_type"] != "SESSION_INFO":
            heard.append(message["message_type"])
        self.assertEqual(heard, ["INTENT_ANNOUNCE", "GOODBYE"])
        await bob.hears_nothing()

    async def test_goodbye_withdraws(self):
        """[14.4-01] [14.4-05] [13.1.GOODBYE-01]"""
        await self.leave()
        self.assertEqual(self.states("intents", "intent_id"), {"i1": "WITHDRAWN"})

    async def test_goodbye_transfers(self):
        """[14.4-02] [15.6.1-07]"""
        await self.leave(intent_disposition="transfer")
        self.assertEqual(self.states("intents", "intent_id"), {"i1": "SUSPENDED"})

    async def test_goodbye_lets_expire(self):
        """[14.4-04]"""
        await self.leave(intent_disposition="expire")
        self.assertEqual(self.states("intents", "intent_id"), {"i1": "ACTIVE"})

    async def test_a_lost_connection_costs_nobody_anything(self):
        """[14.7.1-01] A closed socket is no GOODBYE: only silence makes somebody unavailable."""
        alice, bob = await self.join("alice", "bob")
        await alice.announce("i1", "a.py")
        await bob.hears("INTENT_ANNOUNCE")
        await alice.socket.close()
        await bob.hears_nothing()
        self.assertEqual(self.states("intents", "intent_id"), {"i1": "ACTIVE"})
        again = await self.visit("alice")
        again.instance, again.lamport = alice.instance, alice.lamport
        await again.hello()
        withdrawn = await again.say("INTENT_WITHDRAW", intent_id="i1")
        await bob.echoed(withdrawn)


if __name__ == "__main__":
    main()
