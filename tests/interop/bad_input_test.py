#!/usr/bin/env python3
"""What comes from outside is hostile until parsed: a clear error to its sender, nothing changed, nobody else notices.

usage: bad_input_test.py MPAC_CLUSTER
"""
import json

from hub_case import HubCase, main

SCOPE = {"kind": "file_set", "resources": ["a.py"]}
COMMIT = {"op_id": "o1", "target": "a.py", "op_kind": "replace", "state_ref_before": "r0", "state_ref_after": "r1"}
# SPEC 13.1: the required payload fields of what a participant sends, each with a good value.
PAYLOADS = {
    "HELLO": {"display_name": "Alice", "roles": ["contributor"], "capabilities": ["op.commit"]},
    "HEARTBEAT": {"status": "idle"},
    "GOODBYE": {"reason": "user_exit"},
    "INTENT_ANNOUNCE": {"intent_id": "i9", "objective": "x", "scope": SCOPE},
    "INTENT_UPDATE": {"intent_id": "i1"},
    "INTENT_WITHDRAW": {"intent_id": "i1"},
    "INTENT_DEFERRED": {"deferral_id": "d1", "scope": SCOPE},
    "INTENT_CLAIM": {"claim_id": "c1", "original_intent_id": "i1", "original_principal_id": "bob",
                     "new_intent_id": "i2", "objective": "x", "scope": SCOPE},
    "OP_PROPOSE": {"op_id": "o1", "target": "a.py", "op_kind": "replace"},
    "OP_COMMIT": COMMIT,
    "OP_BATCH_COMMIT": {"batch_id": "b1", "atomicity": "all_or_nothing", "operations": [COMMIT]},
    "OP_REJECT": {"op_id": "o1", "reason": "no"},
    "OP_SUPERSEDE": {"op_id": "o2", "supersedes_op_id": "o1", "target": "a.py"},
    "CONFLICT_REPORT": {"conflict_id": "k1", "category": "scope_overlap", "severity": "low",
                        "basis": {"kind": "human_report"}, "based_on_watermark": {"kind": "lamport_clock", "value": 1},
                        "description": "x"},
    "CONFLICT_ACK": {"conflict_id": "k1", "ack_type": "seen"},
    "CONFLICT_ESCALATE": {"conflict_id": "k1", "escalate_to": "bob", "reason": "x"},
    "RESOLUTION": {"resolution_id": "r1", "conflict_id": "k1", "decision": "approved", "rationale": "x"},
}
ENVELOPE = ("protocol", "version", "message_type", "message_id", "session_id", "sender", "ts", "payload")


def wrong_types(good):
    """Values of every other JSON type."""
    return [bad for bad in (7, True, [7], {"x": 7}, "x") if type(bad) is not type(good)]


class BadInput(HubCase):
    """A witness sits in every session, and must hear nothing of what the offender does."""

    async def asyncSetUp(self):
        self.witness, self.offender = await self.join("witness", "offender")
        await self.witness.announce("i-witness", "kept.py", ttl_sec=3600)
        for person in (self.witness, self.offender):
            await person.hears("INTENT_ANNOUNCE")
        self.before = self.facts()

    def facts(self):
        """The session without its clock, which every refusal moves, and without who was seen when."""
        snapshot = self.snapshot()
        for person in snapshot["participants"]:
            for moved in ("last_seen", "last_message_id", "last_lamport"):
                person.pop(moved)
            person.pop("joined_at")  # a HELLO again moves it
        return {name: snapshot[name] for name in ("participants", "intents", "operations", "conflicts", "claims",
                                                  "deferrals", "target_state_refs", "session_closed")}

    def announcement(self, **fields):
        return self.offender.envelope("INTENT_ANNOUNCE", {**PAYLOADS["INTENT_ANNOUNCE"], **fields})

    async def nothing_happened(self):
        await self.offender.hears_nothing()
        await self.witness.hears_nothing()
        self.assertEqual(self.facts(), self.before)

    async def refused(self, what, code="MALFORMED_MESSAGE", *words, letter=None):
        """`what` is answered with this refusal alone."""
        await self.offender.write(what)
        return await self.offender.is_refused(code, letter, *words)

    async def test_broken_json(self):
        """[22.1-01] [13.1.PROTOCOL_ERROR-01] [13.1.PROTOCOL_ERROR-03]"""
        whole = json.dumps(self.offender.envelope("HEARTBEAT", PAYLOADS["HEARTBEAT"]))
        for text in ("", " ", "{", "}", "nonsense", whole[:-1], whole + "}", whole.replace(":", "", 1),
                     "'" + whole + "'",
                     whole.replace('"HEARTBEAT"', "NaN"), whole + whole, "\ufeff" + whole, whole.replace(",", ",,", 1),
                     whole.replace("idle", "id\x01le"), whole.replace("idle", "\\x41")):
            with self.subTest(text[:40]):
                await self.refused(text)
        await self.nothing_happened()

    async def test_json_that_is_no_envelope(self):
        """[22.1-01] [11-01]"""
        for text in ("1", '"HELLO"', "null", "true", "[]", "[{}]", "{}", '{"message_type": 7}', '{"type": 7}',
                     '{"type": "FILE_DELETE", "path": "a"}'):
            with self.subTest(text):
                await self.refused(text)
        await self.nothing_happened()

    async def test_each_required_envelope_field_missing_or_of_another_type(self):
        """[11.2-01] [11.2-02] [11.2-03] [11.2-04] [11.2-05] [11.2-06] [11.2-07] [11.2-08] [11.2-09] [11.2-10]
        [11.2-11] [22.1-01]"""
        for name in ENVELOPE:
            good = self.offender.envelope("HEARTBEAT", PAYLOADS["HEARTBEAT"])
            for bad in [None, *wrong_types(good[name])]:
                letter = {**good, name: bad}
                if bad is None:
                    del letter[name]
                if isinstance(good[name], str) and bad == "x":
                    continue
                with self.subTest(name, bad=bad):
                    await self.refused(letter, "MALFORMED_MESSAGE", name)
        for name in ("principal_id", "principal_type", "sender_instance_id"):
            good = self.offender.envelope("HEARTBEAT", PAYLOADS["HEARTBEAT"])
            for bad in (None, 7, [], {}):
                sender = {key: value for key, value in {**good["sender"], name: bad}.items() if value is not None}
                with self.subTest(name, bad=bad):
                    await self.refused({**good, "sender": sender}, "MALFORMED_MESSAGE", name)
        await self.nothing_happened()

    async def test_each_required_field_of_each_message_of_another_type(self):
        """[13.1-01] [22.1-01]"""
        tried = 0
        for kind, payload in PAYLOADS.items():
            for name, good in payload.items():
                for bad in wrong_types(good):
                    letter = self.offender.envelope(kind, {**payload, name: bad})
                    with self.subTest(kind, field=name, bad=bad):
                        await self.refused(letter, "MALFORMED_MESSAGE", name, letter=letter)
                        tried += 1
        self.assertGreater(tried, 150)
        await self.nothing_happened()

    async def test_unknown_fields_are_no_mistake(self):
        """[21.2-01] [22.1-23] [21.1-01] [21.1-02] [21.1-03] They are relayed with the rest."""
        letter = self.offender.envelope("INTENT_ANNOUNCE", {**PAYLOADS["INTENT_ANNOUNCE"], "surprise": {"a": [None]}},
                                        surprise=[1, {"b": 2}])
        letter["sender"]["extensions"] = letter["watermark"]["extensions"] = {"vendor.example": 1}
        await self.offender.write(letter)
        for person in (self.offender, self.witness):
            await person.echoed(letter)

    async def test_unknown_types_are_passed_over(self):
        """[25.3-01] What a later protocol may say is no mistake in a session that is not strict."""
        await self.offender.say("INTENT_PONDER", intent_id="i1")
        await self.nothing_happened()

    async def test_a_key_twice(self):
        """[22.1-01] Readers disagree on which of them holds, so none does."""
        whole = json.dumps(self.announcement())
        for part, twice in (('"intent_id": "i9"', '"intent_id": "i9", "intent_id": "i-witness"'),
                            ('"ts": ', '"payload": {}, "ts": '),
                            ('"kind": "file_set"', '"kind": "x", "kind": "file_set"'),
                            ('"message_type"', '"message_type": "HELLO", "message_type"')):
            self.assertIn(part, whole)
            await self.refused(whole.replace(part, twice))
        await self.nothing_happened()

    async def test_deep_nesting(self):
        """[22.1-01]"""
        whole = json.dumps(self.announcement(x="HERE"))
        for depth in (5000, 100000):
            await self.refused("[" * depth)
            await self.refused("[" * depth + "]" * depth)
            await self.refused('{"a":' * depth + "1" + "}" * depth)
            await self.refused(whole.replace('"HERE"', "[" * depth + "]" * depth))
        await self.nothing_happened()

    async def test_lone_surrogates(self):
        """[22.1-01]"""
        whole = json.dumps(self.announcement(objective="HERE"))
        for lone in ("\\ud800", "\\udc00", "\\ud800x", "\\ud800\\ud800", "\\udc00\\ud800"):
            with self.subTest(lone):
                await self.refused(whole.replace("HERE", lone))
        await self.nothing_happened()
        pair = whole.replace("HERE", "\\ud83d\\ude00")
        await self.offender.write(pair)
        await self.witness.echoed(json.loads(pair))

    async def test_numbers_out_of_range(self):
        """[12.3-01] [12.7-10] [22.1-01]"""
        for value in ("-1", "1e400", "-0.5", "18446744073709551616", "1" * 400, "0x10", "01", "+1"):
            whole = json.dumps(self.offender.envelope("HEARTBEAT", PAYLOADS["HEARTBEAT"],
                                                      watermark={"kind": "lamport_clock", "value": "HERE"}))
            with self.subTest(watermark=value):
                await self.refused(whole.replace('"HERE"', value))
        for value in ("-1", "1e400", "-1e-9", "1" * 400):
            whole = json.dumps(self.announcement(ttl_sec="HERE"))
            with self.subTest(ttl_sec=value):
                await self.refused(whole.replace('"HERE"', value))
        await self.nothing_happened()

    async def test_a_string_of_a_mebibyte(self):
        """[22.1-01] It fits no frame with its envelope, so the door closes; what just fits is read like others."""
        room = 1048576 - 1000
        letter = self.announcement(objective="x" * room)
        await self.offender.write(letter)
        for person in (self.offender, self.witness):
            await person.echoed(letter)
        await self.refused('{"message_type": "' + "x" * room)
        await self.refused(json.dumps("x" * room))
        await self.offender.announce("i8", "x" * 1048576)
        self.assertEqual((await self.offender.closed())[0], 1009)
        await self.witness.hears_nothing()

    async def test_the_hub_says_nothing_longer_than_a_mebibyte(self):
        """[7.5-01] Existing clients hang up on it, whoever has made it so long."""
        def size(message):
            return len(json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode())
        for number in range(4):
            await self.offender.write(self.announcement(intent_id=f"i{number}", objective="x" * 400000,
                                                        scope={"kind": "file_set", "resources": [str(number)]}))
        await self.offender.all_heard()
        await self.witness.all_heard()
        with self.subTest("a summary"):
            await self.witness.ask("SESSION_SUMMARY")
            self.assertLessEqual(size(await self.witness.next()), 1048576)
        letter = self.announcement(intent_id="long", objective="")
        letter["payload"]["objective"] = "x" * (1048576 - len(json.dumps(letter)))
        await self.offender.write(letter)
        await self.witness.echoed(letter)
        await self.offender.say("GOODBYE", reason="user_exit", intent_disposition="transfer")
        with self.subTest("a notice"):
            self.assertLessEqual(max(size(each) for each in await self.witness.all_heard()), 1048576)

    async def test_the_wrong_session(self):
        """[22.1-03]"""
        for session in ("another", self.session.upper(), self.session + " "):
            letter = self.offender.envelope("INTENT_ANNOUNCE", PAYLOADS["INTENT_ANNOUNCE"], session_id=session)
            await self.refused(letter, "INVALID_REFERENCE", "session_id", letter=letter)
        await self.nothing_happened()

    async def test_in_the_name_of_another(self):
        """[23.3-01] [23.3-02] [22.1-06] [22.1-21] [14.5-01] [14.7.4.1-01] [15.5.1-15]"""
        for principal in ("witness", "nobody", f"service:coordinator-{self.session}"):
            for kind in ("INTENT_WITHDRAW", "HELLO", "GOODBYE"):
                letter = self.offender.envelope(kind, {**PAYLOADS[kind], "intent_id": "i-witness"})
                letter["sender"]["principal_id"] = principal
                await self.refused(letter, "AUTHORIZATION_FAILED", principal, letter=letter)
        for kind, payload in (("SESSION_INFO", {}), ("SESSION_CLOSE", {"reason": "manual", "final_lamport_clock": 1}),
                              ("COORDINATOR_STATUS", {"event": "heartbeat"}), ("INTENT_CLAIM_STATUS", {})):
            await self.offender.say(kind, payload)
            error = await self.offender.hears("PROTOCOL_ERROR")
            self.assertIn(error["payload"]["error_code"], ("AUTHORIZATION_FAILED", "MALFORMED_MESSAGE"))
        await self.nothing_happened()

    async def test_what_belongs_to_another(self):
        """[15.6.1-02] [15.6.1-03] [22.1-06]"""
        for kind in ("INTENT_WITHDRAW", "INTENT_UPDATE"):
            letter = self.offender.envelope(kind, {"intent_id": "i-witness", "objective": "mine now"})
            await self.refused(letter, "AUTHORIZATION_FAILED", letter=letter)
        letter = self.announcement(intent_id="i-witness")
        await self.offender.write(letter)
        error = await self.offender.hears("PROTOCOL_ERROR", refers_to=letter["message_id"])
        self.assertIn(error["payload"]["error_code"], ("AUTHORIZATION_FAILED", "INVALID_REFERENCE",
                                                       "MALFORMED_MESSAGE"))
        await self.nothing_happened()

    async def test_before_hello(self):
        """[14.1-02] [22.1-03]"""
        stranger = await self.visit("stranger")
        for kind, payload in PAYLOADS.items():
            if kind != "HELLO":
                letter = await stranger.say(kind, payload)
                await stranger.is_refused("INVALID_REFERENCE", letter, "HELLO")
        await stranger.ask("FILE_LIST")
        error = await stranger.hears("PROTOCOL_ERROR")
        self.assertIn(error["payload"]["error_code"], ("INVALID_REFERENCE", "AUTHORIZATION_FAILED"))
        await self.nothing_happened()
        await stranger.hello()

    async def test_after_goodbye(self):
        """[14.4-01] [14.1-02]"""
        goodbye = await self.offender.say("GOODBYE", reason="user_exit")
        await self.witness.echoed(goodbye)
        for kind in ("INTENT_ANNOUNCE", "OP_COMMIT", "HEARTBEAT", "GOODBYE"):
            letter = await self.offender.say(kind, PAYLOADS[kind])
            while (message := await self.offender.next())["message_type"] == "GOODBYE":
                pass
            self.assertEqual(message["payload"]["error_code"], "INVALID_REFERENCE", message)
            self.assertEqual(message["payload"]["refers_to"], letter["message_id"])
        await self.witness.hears_nothing()
        self.assertEqual(self.states("intents", "intent_id"), {"i-witness": "ACTIVE"})
        await self.offender.hello()
        letter = await self.offender.announce("i-again", "new.py")
        await self.witness.echoed(letter)

    async def test_a_thousand_hellos(self):
        """[14.2-01] Each is answered, and there is still one participant."""
        for _ in range(1000):
            await self.offender.hello()
        self.assertEqual(len((await self.witness.hears_nothing())["participants"]), 2)
        for number in range(1000):
            letter = self.offender.envelope("HELLO", PAYLOADS["HELLO"])
            letter["sender"]["principal_id"] = f"somebody-{number}"
            await self.refused(letter, "AUTHORIZATION_FAILED", letter=letter)
        await self.nothing_happened()

    async def test_the_hub_is_as_it_was(self):
        """[22.1-01] After a thousand refusals of one sender, its next message is taken like any other."""
        for number in range(1000):
            await self.refused(f"nonsense {number}")
        letter = await self.offender.announce("i-good", "good.py")
        for person in (self.offender, self.witness):
            await person.echoed(letter)


class Strict(HubCase):
    settings = {"session.strict": True}

    async def test_each_required_field_of_each_message_missing(self):
        """[13.1-01] [22.1-01]"""
        alice = await self.join("alice")
        for kind, payload in PAYLOADS.items():
            for name in payload:
                letter = await alice.say(kind, {key: value for key, value in payload.items() if key != name})
                with self.subTest(kind, missing=name):
                    await alice.is_refused("MALFORMED_MESSAGE", letter, name)
        await alice.hears_nothing()
        self.assertEqual(self.states("intents", "intent_id"), {})

    async def test_unknown_types_are_refused(self):
        """[25.3-01] [22.1-02]"""
        alice = await self.join("alice")
        letter = await alice.say("INTENT_PONDER", intent_id="i1")
        await alice.is_refused("UNKNOWN_MESSAGE_TYPE", letter, "INTENT_PONDER")


class Flood(HubCase):
    settings = {"limits.messages_per_sec": 1, "limits.burst": 20}

    async def test_a_flood_is_refused_beyond_the_limit(self):
        """[22.1-01] Whatever it is made of; others keep their own measure."""
        flood, calm = await self.join("flood", "calm")
        letters = [flood.envelope("INTENT_ANNOUNCE", {"intent_id": f"i{number}", "objective": "x",
                                  "scope": {"kind": "file_set", "resources": [str(number)]}}) for number in range(100)]
        for letter in letters:
            await flood.write(letter)
        refused, taken = {}, []
        for _ in letters:
            message = await flood.next()
            if message["message_type"] == "PROTOCOL_ERROR":
                refused[message["payload"]["refers_to"]] = message["payload"]["error_code"]
            else:
                taken.append(message["message_id"])
        self.assertEqual(set(refused.values()), {"mpac_cluster.RATE_LIMITED"})
        self.assertGreaterEqual(len(refused), 70)
        self.assertEqual(len(refused) + len(taken), 100)
        for name in taken:
            self.assertEqual((await calm.next())["message_id"], name)
        letter = await calm.announce("mine", "calm.py")
        await calm.echoed(letter)

    async def test_a_flood_of_nonsense_is_refused_beyond_the_limit(self):
        """[22.1-01]"""
        for text in ('{"type": "FILE_LIST"}', "nonsense"):
            with self.subTest(text):
                flood = await self.join("flood")
                for _ in range(100):
                    await flood.write(text)
                codes = [(await flood.next()).get("payload", {}).get("error_code") for _ in range(100)]
                self.assertGreaterEqual(codes.count("mpac_cluster.RATE_LIMITED"), 70)


if __name__ == "__main__":
    main()
