#!/usr/bin/env python3
"""Receipt order is the order: around a conflict that is being considered, and when very much happens at once.

usage: order_test.py MPAC_CLUSTER
"""
import asyncio

from hub_case import HubCase, main

MANY = 2500  # of each; two have them


def kinds(messages):
    return [message["message_type"] for message in messages]


class AroundConflicts(HubCase):
    """What one read of a connection holds is decided in its order, though a conflict is considered elsewhere."""

    async def dispute(self):
        """alice's i1 and bob's i2 want one file, carol looks on; the conflict's id."""
        self.alice, self.bob, self.carol = self.people = [await self.join(name, roles=["owner"])
                                                          for name in ("alice", "bob", "carol")]
        await self.alice.announce("i1", "a.py")
        await self.alice.hears("INTENT_ANNOUNCE")
        await self.bob.announce("i2", "a.py")
        await self.settled(*self.people)
        conflict, = self.snapshot()["conflicts"]
        return conflict["conflict_id"]

    async def all_hear(self, *letters):
        for person in self.people:
            for letter in letters:
                await person.echoed(letter)
            await person.hears_nothing()

    async def test_a_resolution_is_not_overtaken_by_the_withdrawal_behind_it(self):
        """[7.7-02] [18.4-13] Else the conflict would be dismissed, and its resolution refused."""
        dispute = await self.dispute()
        await self.all_hear(await self.bob.say("INTENT_WITHDRAW", intent_id="i2"))
        resolution = self.alice.envelope("RESOLUTION", {"resolution_id": "r1", "conflict_id": dispute,
                                                        "decision": "approved", "rationale": "mine"})
        withdrawal = self.alice.envelope("INTENT_WITHDRAW", {"intent_id": "i1"})
        await self.alice.write_at_once(resolution, withdrawal)
        await self.all_hear(resolution, withdrawal)
        conflict, = self.snapshot()["conflicts"]
        self.assertEqual((conflict["state"], conflict["resolution_id"]), ("CLOSED", "r1"))

    async def test_a_withdrawal_before_a_resolution_comes_first(self):
        """[7.7-02] [17.9-01] The same two the other way round."""
        dispute = await self.dispute()
        await self.all_hear(await self.bob.say("INTENT_WITHDRAW", intent_id="i2"))
        withdrawal = self.alice.envelope("INTENT_WITHDRAW", {"intent_id": "i1"})
        resolution = self.alice.envelope("RESOLUTION", {"resolution_id": "r1", "conflict_id": dispute,
                                                        "decision": "approved", "rationale": "mine"})
        await self.alice.write_at_once(withdrawal, resolution)
        for person in self.people:
            await person.echoed(withdrawal)
            await person.hears("RESOLUTION", decision="dismissed")
        await self.alice.is_refused("RESOLUTION_CONFLICT", resolution)
        await self.carol.hears_nothing()

    async def test_an_acknowledgement_is_not_overtaken_by_the_goodbye_behind_it(self):
        """[7.7-02] [17.8.1-02] Else it would come from somebody who has left."""
        dispute = await self.dispute()
        ack = self.alice.envelope("CONFLICT_ACK", {"conflict_id": dispute, "ack_type": "accepted"})
        goodbye = self.alice.envelope("GOODBYE", {"reason": "user_exit"})
        await self.alice.write_at_once(ack, goodbye)
        for person in self.people:
            await person.echoed(ack)
            await person.echoed(goodbye)
        await self.bob.hears_nothing()
        self.assertEqual([each["state"] for each in self.snapshot()["conflicts"]], ["ACKED"])

    async def test_who_goes_and_comes_back_in_one_breath_is_heard_in_order(self):
        """[7.7-02] [14.2-01]"""
        dispute = await self.dispute()
        ack = self.alice.envelope("CONFLICT_ACK", {"conflict_id": dispute, "ack_type": "seen"})
        goodbye = self.alice.envelope("GOODBYE", {"reason": "user_exit"})
        hello = self.alice.envelope("HELLO", {"display_name": "alice", "roles": ["owner"], "capabilities": []})
        resolution = self.alice.envelope("RESOLUTION", {"resolution_id": "r1", "conflict_id": dispute,
                                                        "decision": "approved", "rationale": "yours"})
        await self.alice.write_at_once(ack, goodbye, hello, resolution)
        await self.alice.echoed(ack)
        await self.alice.echoed(goodbye)
        await self.alice.hears("SESSION_INFO")
        await self.alice.echoed(resolution)
        for person in (self.bob, self.carol):
            for letter in (ack, goodbye, resolution):
                await person.echoed(letter)
            await person.hears_nothing()

    async def test_who_is_gone_right_behind_its_last_words_has_said_them(self):
        """[7.7-02] The connection's end does not overtake what came before it, however long that takes."""
        dispute = await self.dispute()
        letters = [self.alice.envelope("CONFLICT_ACK", {"conflict_id": dispute, "ack_type": "accepted"})
                   for _ in range(200)]
        letters.append(self.alice.envelope("INTENT_WITHDRAW", {"intent_id": "i1"}))
        await self.alice.write_at_once(*letters)
        self.alice.socket.transport.write_eof()
        self.open.remove(self.alice.socket)  # it can't say a close frame any more
        for person in (self.bob, self.carol):
            self.assertEqual([await person.next() for _ in letters], letters)
            await person.hears_nothing()
        self.alice.socket.transport.abort()

    async def test_a_question_behind_a_resolution_is_answered_with_what_it_did(self):
        """[7.7-02]"""
        dispute = await self.dispute()
        resolution = self.carol.envelope("RESOLUTION", {
            "resolution_id": "r1", "conflict_id": dispute, "decision": "rejected", "rationale": "alice was first",
            "outcome": {"rejected": ["i2"]}})
        await self.carol.write_at_once(resolution, {"type": "SESSION_SUMMARY"})
        await self.carol.echoed(resolution)
        await self.carol.hears("INTENT_WITHDRAW", intent_id="i2")
        summary = (await self.carol.hears("SESSION_SUMMARY_RESPONSE"))["session"]
        self.assertEqual((summary["open_conflict_count"], summary["active_intent_count"]), (0, 1))

    async def test_a_hundred_disputes_in_one_breath_keep_their_order(self):
        """[7.7-01] [7.7-02]"""
        self.alice, self.bob, self.carol = self.people = [await self.join(name, roles=["owner"])
                                                          for name in ("alice", "bob", "carol")]
        for number in range(100):
            await self.alice.announce(f"a{number}", f"{number}.py")
        await self.alice.all_heard()
        for number in range(100):
            await self.bob.announce(f"b{number}", f"{number}.py")
        await self.settled(*self.people)
        letters = []
        for conflict in self.snapshot()["conflicts"]:
            dispute = conflict["conflict_id"]
            letters.append(self.alice.envelope("CONFLICT_ACK", {"conflict_id": dispute, "ack_type": "seen"}))
            letters.append(self.alice.envelope("RESOLUTION", {
                "conflict_id": dispute, "resolution_id": f"r-{dispute}", "decision": "approved", "rationale": "ok"}))
            letters.append(self.alice.envelope("INTENT_WITHDRAW", {"intent_id": conflict["intent_b"]}))
        self.assertEqual(len(letters), 300)
        await self.alice.write_at_once(*letters)
        for person in self.people:
            self.assertEqual([await person.next() for _ in letters], letters)
        self.assertEqual((await self.carol.hears_nothing())["open_conflict_count"], 0)


class VeryMuch(HubCase):
    """Thousands of intents end at once: nothing is lost, and everybody hears of it in one order."""

    settings = {"limits.outbox_bytes": 1 << 26}

    async def fill(self, *owners):
        """Each of them announces MANY intents, the n-th of each for the n-th file; carol looks on."""
        asyncio.get_running_loop().set_debug(False)  # unittest's debug mode would take most of the time
        people = await self.join(*owners, "carol")
        for owner in people[:-1]:
            for begin in range(0, MANY, 500):
                await owner.write_at_once(*(owner.envelope("INTENT_ANNOUNCE", {
                    "intent_id": f"{owner.principal}-{number}", "objective": "x", "ttl_sec": 3600,
                    "scope": {"kind": "file_set", "resources": [f"{number}.py"]}})
                                            for number in range(begin, begin + 500)))
                await self.settled(*people)
        return people

    async def test_goodbye_withdraws_all_of_them(self):
        """[14.4-01]"""
        alice, bob, carol = await self.fill("alice", "bob")
        before = await carol.hears_nothing()
        self.assertEqual((before["active_intent_count"], before["open_conflict_count"]), (2 * MANY, MANY))
        goodbye = await alice.say("GOODBYE", reason="user_exit")
        await alice.echoed(goodbye)
        await carol.echoed(goodbye)
        after = await carol.hears_nothing()
        self.assertEqual((after["active_intent_count"], after["open_conflict_count"]), (MANY, MANY))
        await bob.echoed(goodbye)
        # With the second party the conflicts go: one dismissal each, for all the same in the same order.
        goodbye = await bob.say("GOODBYE", reason="user_exit")
        await carol.echoed(goodbye)
        dismissals = await carol.all_heard()
        self.assertEqual(set(kinds(dismissals)), {"RESOLUTION"})
        self.assertEqual(len({each["payload"]["conflict_id"] for each in dismissals}), MANY)
        values = [each["watermark"]["value"] for each in dismissals]
        self.assertEqual(values, sorted(set(values)))
        end = await carol.hears_nothing()
        self.assertEqual((end["active_intent_count"], end["open_conflict_count"]), (0, 0))

    async def test_the_close_tells_all_the_same(self):
        """[14.5-03] [9.6.2-02] [9.6.2-04] [7.7-02]"""
        people = await self.fill("alice", "bob")
        status, _, content = self.hub.admin("DELETE", f"/api/v1/sessions/{self.session}")
        self.assertEqual(status, 200, content)
        heard = []
        for person in people:
            heard.append([await person.next() for _ in range(MANY + 1)])
        self.assertEqual(kinds(heard[0]), ["RESOLUTION"] * MANY + ["SESSION_CLOSE"])
        self.assertTrue(all(each == heard[0] for each in heard))
        summary = heard[0][-1]["payload"]["summary"]
        self.assertEqual((summary["total_intents"], summary["withdrawn_intents"]), (2 * MANY, 2 * MANY))
        self.assertEqual((summary["total_conflicts"], summary["resolved_conflicts"]), (MANY, MANY))
        self.assertNotIn("ACTIVE", self.states("intents", "intent_id").values())


if __name__ == "__main__":
    main()
