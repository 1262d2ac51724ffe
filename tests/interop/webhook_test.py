#!/usr/bin/env python3
"""Credentials that a web service judges, with a whole hub: its plain yes lets in, and nothing else does.

usage: webhook_test.py MPAC_CLUSTER
"""
import http.server
import json
import signal
import sys
import threading

try:
    import cryptography  # noqa: F401
except ImportError:
    print("skipped: this test needs python3-cryptography", file=sys.stderr)
    sys.exit(77)

from hub_case import HubCase, main
from signing_visitor import TimelyVisitor

YES = {"accepted": True, "principal_id": "alice"}
CANNOT_BE_JUDGED = "can't be judged at the moment"


class Service(http.server.ThreadingHTTPServer):
    """Answers by the credential's value: what `answers` has for it, as status and body; bytes as they are; or nothing,
    until it ends."""

    answers = {}

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Desk)
        self.heard = []
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.serve_forever)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/judge"

    def end(self):
        self.is_over.set()
        self.shutdown()
        self.thread.join()
        self.server_close()


class Desk(http.server.BaseHTTPRequestHandler):
    def do_POST(self):  # noqa: N802
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard.append((self.path, question))
        answer = self.server.answers[question["value"]]
        if answer is None:
            self.server.is_over.wait()
        elif isinstance(answer, bytes):
            self.wfile.write(answer)
        else:
            status, body, *fields = answer
            text = body if isinstance(body, str) else json.dumps(body)
            self.send_response(status)
            for name, value in (*fields, ("Content-Length", str(len(text)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

    def do_GET(self):  # noqa: N802
        """Whoever follows a redirect comes here."""
        self.server.heard.append((self.path, None))
        self.send_error(404)

    def log_message(self, *_):
        pass


class Judged(HubCase):
    terms = {}

    @classmethod
    def setUpClass(cls):
        cls.service = Service()
        cls.addClassCleanup(cls.service.end)
        cls.settings = {"session.security_profile": "authenticated", "session.role_policy.default_role": "contributor",
                        "auth.webhook.url": cls.service.url, "auth.webhook.cache_sec": 0,
                        "auth.webhook.format": "a badge number", "limits.failed_hellos_per_address": 1000, **cls.terms}
        super().setUpClass()

    def setUp(self):
        super().setUp()
        self.service.heard.clear()

    async def attempt(self, badge, principal="alice"):
        visitor = TimelyVisitor(await self.connect(), principal, self.session, f"{principal}:{len(self.open)}")
        return visitor, await visitor.say("HELLO", display_name=principal, roles=[], capabilities=[],
                                          credential={"type": "custom", "value": badge})

    async def is_admitted(self, badge, principal="alice"):
        visitor, _ = await self.attempt(badge, principal)
        await visitor.hears("SESSION_INFO", identity_verified=True, identity_method="custom",
                            security_config={"custom_credential_format": "a badge number"})
        return visitor

    async def is_rejected(self, badge, *words, principal="alice"):
        visitor, letter = await self.attempt(badge, principal)
        await visitor.is_refused("CREDENTIAL_REJECTED", letter, *words)
        await visitor.announce("i1", "a.py")
        await visitor.is_refused("INVALID_REFERENCE")

    def asked(self):
        return [question and question["value"] for _, question in self.service.heard]


class Answers(Judged):
    async def test_a_yes_lets_in(self):
        """[23.1.4-10] [23.1.4-11] [23.1.4-12] [23.1.2-02] And the service has been told who asks for what."""
        self.service.answers = {"4711": (200, {**YES, "roles": ["owner"]})}
        alice = await self.is_admitted("4711")
        path, question = self.service.heard[0]
        self.assertEqual((path, question), ("/judge", {
            "type": "custom", "value": "4711", "principal_id": "alice", "principal_type": "agent",
            "session_id": self.session}))
        await alice.echoed(await alice.announce("i1", "a.py"))

    async def test_a_no_does_not(self):
        """[23.1.4-10] [23.1.4-13]"""
        self.service.answers = {"no": (200, {"accepted": False}), "bob's": (200, {**YES, "principal_id": "bob"})}
        await self.is_rejected("no")
        await self.is_rejected("bob's", "another principal")
        self.assertEqual(self.asked(), ["no", "bob's"])

    async def test_what_is_no_answer_lets_nobody_in(self):
        """[23.1.4-10] [23.1.4-13] A yes in a body counts with the status 200 alone."""
        yes = json.dumps(YES)
        self.service.answers = {
            "500": (500, YES), "401": (401, YES), "201": (201, YES), "empty": (200, ""), "garbage": (200, "yes, do"),
            "half": (200, yes[:-1]), "twice": (200, '{"accepted": false, ' + yes[1:]),
            "nobody": (200, {"accepted": True}), "a word": (200, {**YES, "accepted": "true"}),
            "no HTTP": b"yes\n", "hung up": b"",
            "cut off": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + yes.encode()}
        for badge in self.service.answers:
            with self.subTest(badge):
                await self.is_rejected(badge, CANNOT_BE_JUDGED)
        self.assertEqual(self.asked(), list(self.service.answers))

    async def test_a_redirect_is_not_followed(self):
        """[23.1.4-10]"""
        self.service.answers = {"302": (302, YES, ("Location", "/elsewhere"))}
        await self.is_rejected("302", CANNOT_BE_JUDGED)
        self.assertEqual([path for path, _ in self.service.heard], ["/judge"])

    async def test_who_waits_for_an_answer_keeps_nobody_waiting(self):
        """[23.1.4-10] And is nobody until it has come."""
        self.service.answers = {"silent": None, "good": (200, {**YES, "principal_id": "bob"})}
        alice, _ = await self.attempt("silent")
        await alice.announce("i1", "a.py")
        bob = await self.is_admitted("good", "bob")
        summary = await bob.hears_nothing()
        self.assertEqual((summary["participant_count"], summary["active_intent_count"]), (1, 0))


class Silent(Judged):
    """A service that says nothing within its time, or is not there."""

    terms = {"auth.webhook.timeout_sec": 0.2, "limits.failed_hellos_per_address": 2}

    async def test_silence_lets_nobody_in_and_is_nobodys_fault(self):
        """[23.1.4-10] [23.1.4-13] [23.4-02] More of it than an address may have failures shuts nobody out."""
        self.service.answers = {"silent": None, "good": (200, YES)}
        for _ in range(4):
            await self.is_rejected("silent", CANNOT_BE_JUDGED)
        self.hub.says("the webhook did not answer in time")
        await self.is_admitted("good")


class Gone(HubCase):
    @classmethod
    def setUpClass(cls):
        service = Service()
        service.end()
        cls.settings = {"session.security_profile": "authenticated", "session.role_policy.default_role": "contributor",
                        "auth.webhook.url": service.url}
        super().setUpClass()

    async def test_a_service_that_is_not_there_lets_nobody_in(self):
        """[23.1.4-10] [23.1.4-13]"""
        alice = TimelyVisitor(await self.connect(), "alice", self.session)
        letter = await alice.say("HELLO", display_name="alice", roles=[], capabilities=[],
                                 credential={"type": "custom", "value": "4711"})
        await alice.is_refused("CREDENTIAL_REJECTED", letter, CANNOT_BE_JUDGED)
        self.hub.says("the webhook can't be asked")


class Remembered(Judged):
    terms = {"auth.webhook.cache_sec": 3600}

    async def test_a_yes_is_remembered_until_sighup_and_a_no_never(self):
        """[23.1.4-10]"""
        self.service.answers = {"4711": (200, {"accepted": False})}
        await self.is_rejected("4711")
        self.service.answers = {"4711": (200, YES)}
        await self.is_admitted("4711")
        self.service.answers = {"4711": (200, {"accepted": False})}
        await self.is_admitted("4711")
        self.assertEqual(self.asked(), ["4711", "4711"])
        await self.is_rejected("4711", principal="bob")  # what was accepted is alice's
        before = len(self.hub.log)
        self.hub.signal(signal.SIGHUP)
        self.hub.says("reloaded", before)
        await self.is_rejected("4711")
        self.assertEqual(len(self.asked()), 4)


if __name__ == "__main__":
    main()
