#!/usr/bin/env python3
"""The doors: paths, one session mode, sessions made by hand, takeover, frames and their limits.

usage: doors_test.py MPAC_CLUSTER
"""
import asyncio
import json

import websockets
from websockets.exceptions import InvalidHandshake

from hub_case import HubCase, main


class Paths(HubCase):
    async def test_a_bad_path_is_let_in_and_closed_with_4004(self):
        """The handshake succeeds, so that a client reads the reason."""
        for path in ("/", "/session/", "/session//x", "/session/?q", "/sessions/x", "/Session/x", "/session/a%20b",
                     "/session/a%2Fb", "/session/a%zz", "/session/" + "x" * 129):
            with self.subTest(path):
                visitor = await self.visit("alice")
                visitor.socket = await self.connect(path)
                code, reason = await visitor.closed()
                self.assertEqual(code, 4004)
                self.assertIn("/session/<id>", reason)

    async def test_what_follows_the_id_is_ignored_and_the_id_decoded(self):
        """[9.2-03]"""
        for path, session in (("/session/p1/more", "p1"), ("/session/p2?token=1", "p2"), ("/session/p%33", "p3"),
                              ("/session/A.b_c~d:e@f-9", "A.b_c~d:e@f-9"), ("/session/" + "x" * 128, "x" * 128)):
            visitor = await self.visit("alice")
            visitor.socket, visitor.session = await self.connect(path), session
            await visitor.hello()
            self.assertEqual(visitor.welcome["session_id"], session)

    async def test_a_newcomer_takes_over_from_the_older_connection(self):
        """[14.2-01] [12.7-11] The same principal says HELLO elsewhere: the older connection is closed, 4009."""
        older, bob = await self.join("alice", "bob")
        await older.announce("i1", "a.py")
        await bob.hears("INTENT_ANNOUNCE")
        newer = await self.join("alice")
        code, reason = await older.closed()
        self.assertEqual((code, reason), (4009, "replaced"))
        letter = await bob.announce("i2", "b.py")
        await newer.echoed(letter)
        await bob.echoed(letter)
        self.assertEqual((await bob.hears_nothing())["participant_count"], 2)
        self.assertEqual(self.states("intents", "intent_id"), {"i1": "ACTIVE", "i2": "ACTIVE"})


class Pages(HubCase):
    settings = {"listen.allowed_origins": ["https://app.example"]}

    async def test_a_page_of_another_site_is_turned_away_unless_it_is_named(self):
        for own in (f"http://127.0.0.1:{self.hub.ports['port']}", "https://app.example"):
            visitor = await self.visit("alice", origin=own)
            await visitor.hello()
        for other in ("https://evil.example", "http://127.0.0.1", "null"):
            with self.assertRaisesRegex(InvalidHandshake, "403"):
                await self.connect(origin=other)
        self.assertIn('mpac_connections_refused_total{reason="origin"} 3', self.hub.admin("GET", "/metrics")[2])

    def test_a_page_of_another_site_is_no_operator(self):
        body = {"session_id": "made-by-a-page"}
        for strange in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"}):
            self.assertEqual(self.hub.admin("POST", "/api/v1/sessions", body, strange)[0], 403)
        self.assertEqual(self.hub.admin("GET", "/api/v1/sessions/made-by-a-page")[0], 404)


class OneSession(HubCase):
    settings = {"session.id": "the-one"}

    async def test_every_path_joins_it_and_any_session_id_is_taken(self):
        """[9.4-01]"""
        seen = []
        for number, path in enumerate(("/", "/anything", "/session/other", "/session/the-one")):
            visitor = await self.visit(f"agent-{number}")
            visitor.socket = await self.connect(path)
            visitor.session = f"whatever-{number}"
            await visitor.hello()
            self.assertEqual(visitor.welcome["session_id"], "the-one")
            seen.append(visitor)
        letter = await seen[-1].announce("i1", "a.py")
        for visitor in seen:
            await visitor.echoed(letter)


class MadeByHand(HubCase):
    settings = {"session.create": "admin"}

    async def test_only_sessions_of_the_admin_api_can_be_joined(self):
        """[9.2-04]"""
        stranger = await self.visit("alice")
        code, reason = await stranger.closed()
        self.assertEqual(code, 4004)
        self.assertTrue(reason)
        self.assertEqual(self.hub.admin("POST", "/api/v1/sessions", {"session_id": self.session})[0], 201)
        alice = await self.join("alice")
        await alice.hears_nothing()


class TooManyOfOneAddress(HubCase):
    """What an address may have at once; whoever is turned away is counted by why."""

    settings = {"limits.connections_per_address": 2}

    def turned_away(self):
        """How many, by their reason; where there are any."""
        counts = {why: self.metric("mpac_connections_refused_total", reason=why)
                  for why in ("full", "address_connections", "address_rate", "handshake_timeout", "tls", "request")}
        self.assertEqual(sum(counts.values()), self.metric("mpac_connections_refused_total"))
        return {why: count for why, count in counts.items() if count}

    async def is_turned_away(self):
        with self.assertRaises(websockets.InvalidStatusCode) as told:
            await self.visit("late")
        self.assertEqual(told.exception.status_code, 429)
        self.assertGreater(int(told.exception.headers["Retry-After"]), 0)

    async def test_connections_beyond_the_limit_are_refused_and_counted(self):
        """[23.4-02]"""
        alice, bob = await self.join("alice", "bob")
        self.assertEqual(self.turned_away(), {})
        for number in (1, 2):
            await self.is_turned_away()
            self.assertEqual(self.turned_away(), {"address_connections": number})
        await alice.echoed(await alice.announce("i1", "a.py"))
        await bob.socket.close()
        while self.metric("mpac_connections") > 1:
            pass
        await self.join("carol")
        self.assertEqual(self.turned_away(), {"address_connections": 2})


class TooFastOfOneAddress(TooManyOfOneAddress):
    """How fast an address may come: here once, and then not again for longer than a test takes."""

    settings = {"limits.handshakes_per_address_per_sec": 0.001}

    async def test_connections_beyond_the_limit_are_refused_and_counted(self):
        """[23.4-02]"""
        alice = await self.join("alice")
        self.assertEqual(self.turned_away(), {})
        for number in (1, 2):
            await self.is_turned_away()
            self.assertEqual(self.turned_away(), {"address_rate": number})
        await alice.echoed(await alice.announce("i1", "a.py"))


class Frames(HubCase):
    settings = {"listen.max_message_bytes": 65536, "limits.outbox_bytes": 65536}

    async def test_the_same_text_in_a_binary_frame_is_read(self):
        """[11-01]"""
        alice, bob = await self.join("alice", "bob")
        letter = alice.envelope("INTENT_ANNOUNCE", {"intent_id": "i1", "objective": "ü",
                                                    "scope": {"kind": "file_set", "resources": ["a"]}})
        await alice.write(json.dumps(letter).encode())
        await alice.echoed(letter)
        await bob.echoed(letter)

    async def test_a_message_in_pieces_is_one_message(self):
        """[11-01]"""
        alice, bob = await self.join("alice", "bob")
        letter = alice.envelope("INTENT_ANNOUNCE", {"intent_id": "i1", "objective": "ü" * 50,
                                                    "scope": {"kind": "file_set", "resources": ["a"]}})
        text = json.dumps(letter, ensure_ascii=False)
        await alice.socket.send(text[at:at + 7] for at in range(0, len(text), 7))
        await (await alice.socket.ping())
        await alice.echoed(letter)
        await bob.echoed(letter)

    async def test_a_frame_over_the_limit_is_closed_with_1009(self):
        alice, bob = await self.join("alice", "bob")
        closes = self.metric("mpac_too_large_closes_total")
        await alice.announce("i1", "x" * 65536)
        self.assertEqual((await alice.closed())[0], 1009)
        self.assertEqual(self.metric("mpac_too_large_closes_total"), closes + 1)
        await bob.hears_nothing()
        letter = await bob.announce("i2", "x" * 30000)
        await bob.echoed(letter)
        self.assertEqual(self.states("intents", "intent_id"), {"i2": "ACTIVE"})

    async def test_text_that_is_no_utf_8_is_closed_with_1007(self):
        alice, bob = await self.join("alice", "bob")
        letter = json.dumps(alice.envelope("INTENT_ANNOUNCE", {"intent_id": "i1", "objective": "QQ"})).encode()
        for bad in (b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"):
            with self.subTest(bad):
                alice = await self.join("alice")
                await alice.socket.write_frame(True, 1, letter.replace(b"QQ", bad))
                self.assertEqual((await alice.closed())[0], 1007)
        self.assertEqual(self.states("intents", "intent_id"), {})
        await bob.all_heard()

    async def test_a_peer_that_never_reads_is_closed_and_nobody_waits(self):
        alice, bob = await self.join("alice", "bob")
        deaf = await self.visit("deaf", max_queue=1, read_limit=1024)
        await deaf.hello()
        letter = await alice.announce("i1", "a.py", ttl_sec=3600)
        for person in (alice, bob):
            await person.echoed(letter)
        closes = self.metric("mpac_slow_consumer_closes_total")
        for number in range(400):  # more than the kernel keeps for anybody
            letter = await alice.say("INTENT_UPDATE", intent_id="i1", objective="x" * 50000)
            for person in (alice, bob):
                await person.echoed(letter)
            if number % 10 == 0 and self.metric("mpac_slow_consumer_closes_total") > closes:
                break
        self.assertEqual(self.metric("mpac_slow_consumer_closes_total"), closes + 1)
        # The farewell waits a second for a reader; 1006 is what one finds who is later than that.
        self.assertIn((await deaf.closed())[0], (1013, 1006))
        await bob.hears_nothing()

    async def test_plain_http_is_told_that_this_is_no_web_site(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.hub.ports["port"])
        writer.write(b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n")
        self.assertIn(b" 426 ", await asyncio.wait_for(reader.readline(), 10))
        writer.close()

    async def test_compression_is_declined_when_it_is_off(self):
        """Existing clients offer it always."""
        alice = await self.visit("alice", compression="deflate")
        self.assertEqual([type(each) for each in alice.socket.extensions], [])
        await alice.hello()


class Compressed(HubCase):
    settings = {"listen.compression": True}

    async def test_compression_is_spoken_when_it_is_on(self):
        alice, bob = await self.visit("alice", compression="deflate"), await self.visit("bob")
        self.assertEqual(len(alice.socket.extensions), 1)
        for person in (alice, bob):
            await person.hello()
        letter = await alice.announce("i1", *[f"src/file-{number}.py" for number in range(300)])
        for person in (alice, bob):
            await person.echoed(letter)


if __name__ == "__main__":
    main()
