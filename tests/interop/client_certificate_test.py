#!/usr/bin/env python3
"""Certificates of clients, from the TLS handshake to HELLO: whose is asked for, whose is taken, and who it speaks for.

usage: client_certificate_test.py MPAC_CLUSTER
"""
import pathlib
import socket
import ssl
import sys
import tempfile

try:
    import cryptography  # noqa: F401
except ImportError:
    print("skipped: this test needs python3-cryptography", file=sys.stderr)
    sys.exit(77)

import websockets

from hub_case import HubCase, main
from running_hub import PATIENCE
from signing_visitor import Identity, TimelyVisitor

UPGRADE = (b"GET /session/knock HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


class Armed(HubCase):
    """A hub that asks for certificates as `terms` say; `registered` are those whose fingerprints it has been given."""

    terms = {}
    uses_authority = True

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mpac-interop-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.hub_authority, cls.authority, cls.foreign = (Identity(name, is_authority=True, elliptic=True)
                                                         for name in ("of the hub", "of the clients", "of others"))
        cls.alice = Identity("alice", cls.authority)
        cls.bob = Identity("bob", cls.authority, elliptic=True)
        cls.carol = Identity("carol", cls.authority)  # certified, and never registered
        cls.dora = Identity("dora", cls.foreign)
        cls.eve = Identity("eve", elliptic=True)  # vouches for herself
        cls.late = Identity("late", cls.authority, begin=-7200, end=-3600)
        registry = cls.folder / "fingerprints.toml"
        registry.write_text("".join(
            f'[[certificate]]\nsha256 = "{each.key_id}"\nprincipal_id = "{each.name}"\n'
            for each in (cls.alice, cls.bob, cls.dora, cls.eve, cls.late)))
        key, certificate = Identity("hub", cls.hub_authority, elliptic=True).write(folder.name, "hub")
        authority = cls.folder / "clients.pem"
        authority.write_text(cls.authority.pem)
        cls.settings = {"session.security_profile": "authenticated", "session.role_policy.default_role": "contributor",
                        "listen.tls.cert_file": certificate, "listen.tls.key_file": key,
                        "listen.tls.min_version": "1.2", "auth.mtls.fingerprints_file": str(registry),
                        "limits.failed_hellos_per_address": 1000, **cls.terms}
        if cls.uses_authority:
            cls.settings["listen.tls.client_ca_file"] = str(authority)
        super().setUpClass()

    def showing(self, identity, version=None):
        """The terms of a client that shows this certificate, or none."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(cadata=self.hub_authority.pem)
        if version:
            context.minimum_version = context.maximum_version = version
        if identity:
            key, certificate = identity.write(self.folder, identity.name)
            context.load_cert_chain(certificate, key)
        return context

    def is_let_in(self, identity, version):
        """Whether who shows this certificate becomes a WebSocket; with TLS 1.3 a client hears of its refusal only when
        it reads."""
        try:
            with socket.create_connection(("127.0.0.1", self.hub.ports["port"]), PATIENCE) as line:
                with self.showing(identity, version).wrap_socket(line) as street:
                    street.sendall(UPGRADE)
                    return street.recv(4096).startswith(b"HTTP/1.1 101")
        except TimeoutError:
            raise
        except OSError:  # TLS's own mistakes are of this kind, too
            return False

    async def connect(self, path=None, identity=None, **options):
        options = {"compression": None, "max_size": None, "close_timeout": 1, "ssl": self.showing(identity), **options}
        street = await websockets.connect(
            self.hub.url(path or f"/session/{self.session}").replace("ws://", "wss://"), **options)
        self.open.append(street)
        return street

    async def attempt(self, principal, shown, fingerprint, kind="mtls_fingerprint"):
        """Somebody of this name shows a certificate, or none, and says HELLO with a fingerprint; and that HELLO."""
        visitor = TimelyVisitor(await self.connect(identity=shown), principal, self.session,
                                f"{principal}:{len(self.open)}")
        letter = await visitor.say("HELLO", display_name=principal, roles=["contributor"], capabilities=[],
                                   credential={"type": kind, "value": fingerprint})
        return visitor, letter

    async def is_admitted(self, principal, identity, fingerprint=None):
        visitor, _ = await self.attempt(principal, identity, fingerprint or identity.key_id)
        await visitor.hears("SESSION_INFO", identity_verified=True, identity_method="mtls_fingerprint")
        await visitor.say("GOODBYE", reason="user_exit")
        await visitor.hears("GOODBYE")

    async def is_rejected(self, principal, shown, fingerprint, *words, kind="mtls_fingerprint"):
        visitor, letter = await self.attempt(principal, shown, fingerprint, kind)
        await visitor.is_refused("CREDENTIAL_REJECTED", letter, *words)
        await visitor.announce("i1", "a.py")
        await visitor.is_refused("INVALID_REFERENCE")


class Required(Armed):
    """Nobody comes in without a certificate of the clients' authority."""

    terms = {"listen.tls.require_client_cert": True}

    async def test_the_right_certificate_opens(self):
        """[23.1.4-05] [23.1.2-02] [23.1.4-12] In whatever spelling its fingerprint is told."""
        digits = self.alice.key_id.removeprefix("sha256:")
        colons = ":".join(digits[at:at + 2] for at in range(0, 64, 2)).upper()
        for spelling in (self.alice.key_id, digits, colons):
            await self.is_admitted("alice", self.alice, spelling)
        await self.is_admitted("bob", self.bob)

    async def test_no_other_certificate_does(self):
        """[23.1.4-05] [23.1.4-13] [23.1.2-04]"""
        is_not_shown = "not that of this connection's client certificate"
        await self.is_rejected("alice", self.bob, self.alice.key_id, is_not_shown)
        await self.is_rejected("bob", self.alice, self.bob.key_id, is_not_shown)
        await self.is_rejected("alice", self.bob, self.bob.key_id, "speaks for another principal")
        await self.is_rejected("carol", self.carol, self.carol.key_id, "not registered")
        await self.is_rejected("carol", self.carol, self.alice.key_id, is_not_shown)
        for fingerprint in ("", "alice", self.alice.key_id[:-1], "sha256:" + "0" * 64):
            await self.is_rejected("alice", self.alice, fingerprint)

    async def test_a_certificate_is_no_credential_of_another_kind(self):
        """[23.1.4-01] [23.1.4-05]"""
        for kind in ("api_key", "bearer_token", "x509_chain", "custom"):
            await self.is_rejected("alice", self.alice, self.alice.key_id, kind=kind)

    def test_no_handshake_succeeds_without_one(self):
        """[23.1.4-05] [23.4-04] None, one of others' authority, one's own, one that has run out: registered or not."""
        for version in VERSIONS:
            with self.subTest(version):
                before = self.metric("mpac_connections_refused_total", reason="tls")
                self.assertTrue(self.is_let_in(self.carol, version), "else what follows would prove nothing")
                for identity in (None, self.dora, self.eve, self.late):
                    self.assertFalse(self.is_let_in(identity, version), identity and identity.name)
                # A client may know before the hub has counted.
                while self.metric("mpac_connections_refused_total", reason="tls") < before + 4:
                    pass
                self.assertEqual(self.metric("mpac_connections_refused_total", reason="tls"), before + 4)


class IfShown(Armed):
    """Who shows a certificate shows one of the clients' authority; who shows none may prove himself otherwise."""

    async def test_the_right_certificate_opens(self):
        """[23.1.4-05]"""
        await self.is_admitted("alice", self.alice)

    async def test_without_one_nobody_speaks_for_a_fingerprint(self):
        """[23.1.4-05] [23.1.4-13] Fingerprints are public."""
        for version in VERSIONS:
            self.assertTrue(self.is_let_in(None, version))
            for identity in (self.dora, self.eve, self.late):
                self.assertFalse(self.is_let_in(identity, version), identity.name)
        await self.is_rejected("alice", None, self.alice.key_id, "proved no client certificate")
        await self.is_rejected("dora", None, self.dora.key_id, "proved no client certificate")


class Asked(Armed):
    """Certificates are asked for and taken whoever issued them: the registry says whose they are."""

    terms = {"listen.tls.ask_client_cert": True}
    uses_authority = False

    async def test_who_is_registered_is_admitted_whoever_vouches_for_it(self):
        """[23.1.4-05]"""
        for identity in (self.alice, self.dora, self.eve):
            await self.is_admitted(identity.name, identity)

    async def test_nobody_else_is(self):
        """[23.1.4-05] [23.1.4-13] [23.1.2-04] Also not who bears the same name from the same authority."""
        await self.is_rejected("alice", None, self.alice.key_id, "proved no client certificate")
        await self.is_rejected("alice", self.bob, self.alice.key_id, "not that of this connection's")
        await self.is_rejected("alice", self.eve, self.eve.key_id, "speaks for another principal")
        for twin in (Identity("alice", self.authority), Identity("alice", self.foreign), Identity("alice")):
            twin.name = "twin"  # its files are not alice's
            await self.is_rejected("alice", twin, self.alice.key_id, "not that of this connection's")
            await self.is_rejected("alice", twin, twin.key_id, "not registered")
        await self.is_rejected("late", self.late, self.late.key_id, "has expired")

    async def test_what_one_connection_proved_is_nothing_on_another(self):
        """[23.1.4-05] The HELLO of a connection with the certificate, said again on one without."""
        alice, letter = await self.attempt("alice", self.alice, self.alice.key_id)
        await alice.hears("SESSION_INFO")
        thief = TimelyVisitor(await self.connect(identity=self.bob), "alice", self.session)
        await thief.write({**letter, "message_id": "another"})
        await thief.is_refused("CREDENTIAL_REJECTED", {"message_id": "another"})
        await alice.echoed(await alice.announce("i1", "a.py"))


if __name__ == "__main__":
    main()
