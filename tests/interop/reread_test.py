#!/usr/bin/env python3
"""What SIGHUP reads again: keys of tokens, trust anchors and revocations; what is new holds, what is gone does not.

usage: reread_test.py MPAC_CLUSTER
"""
import datetime
import json
import pathlib
import signal
import sys
import tempfile
import time

try:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
except ImportError:
    print("skipped: this test needs python3-cryptography", file=sys.stderr)
    sys.exit(77)

from hub_case import HubCase, main
from signing_visitor import Identity, SigningVisitor, TimelyVisitor, base64url, now, token_by

ISSUER = "https://idp.example"


def key_set(identities):
    """The public keys as a JWK set."""
    raw = (each.key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
           for each in identities)
    return json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": base64url(each)} for each in raw]})


def public_pems(identities):
    return "".join(each.public_pem for each in identities)


def revocations(authority, *revoked):
    """The authority's current list in PEM."""
    builder = (x509.CertificateRevocationListBuilder().issuer_name(authority.subject)
               .last_update(now() - datetime.timedelta(seconds=60))
               .next_update(now() + datetime.timedelta(seconds=3600)))
    for each in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(each.certificate.serial_number).revocation_date(now())
            .build())
    return builder.sign(authority.key, None).public_bytes(serialization.Encoding.PEM).decode()


class Reread(HubCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mpac-interop-")
        cls.addClassCleanup(folder.cleanup)
        cls.issuers = Identity("old issuer"), Identity("new issuer")
        cls.authorities = tuple(Identity(f"{age} authority", is_authority=True) for age in ("old", "new"))
        cls.files = {name: pathlib.Path(folder.name) / name for name in ("keys", "anchors", "lists")}
        cls.write()
        cls.settings = {"session.security_profile": "authenticated", "session.role_policy.default_role": "contributor",
                        "auth.jwt.issuer": ISSUER, "auth.jwt.audience": "hub",
                        "auth.jwt.keys_file": str(cls.files["keys"]),
                        "auth.x509.trust_anchors_file": str(cls.files["anchors"]),
                        "auth.x509.crl_file": str(cls.files["lists"]), "limits.failed_hellos_per_address": 1000}
        super().setUpClass()

    @classmethod
    def write(cls, keys=None, anchors=None, lists=None):
        """The files as they are at first, and in place of them what is given."""
        old = cls.authorities[0]
        for name, text in (("keys", keys or key_set(cls.issuers[:1])), ("anchors", anchors or old.pem),
                           ("lists", lists or "".join(revocations(each) for each in cls.authorities))):
            cls.files[name].write_text(text)

    def given(self, **files):
        """The hub reads these; the words of its log meanwhile."""
        self.write(**files)
        before = len(self.hub.log)
        self.hub.signal(signal.SIGHUP)
        return "".join(self.hub.log[before:self.hub.says("reloaded", before)])

    async def attempt(self, credential, identity=None):
        """Somebody new comes as alice: the visitor, and its HELLO."""
        kind = SigningVisitor if identity else TimelyVisitor
        visitor = kind(await self.connect(), "alice", self.session, f"alice:{len(self.open)}")
        visitor.identity = identity
        return visitor, await visitor.say("HELLO", display_name="alice", roles=[], capabilities=[],
                                          credential=credential)

    async def admits(self, credential, identity=None):
        visitor, _ = await self.attempt(credential, identity)
        await visitor.hears("SESSION_INFO", identity_verified=True, identity_method=credential["type"])
        return visitor

    async def refuses(self, credential, identity=None):
        visitor, letter = await self.attempt(credential, identity)
        await visitor.is_refused("CREDENTIAL_REJECTED", letter)

    def token_of(self, issuer):
        claims = {"iss": ISSUER, "aud": "hub", "sub": "alice", "exp": int(time.time()) + 600}
        return {"type": "bearer_token", "value": token_by(issuer, **claims)}

    async def test_keys_of_tokens(self):
        """[23.1.4-03] In both forms that the file may have."""
        old, new = (self.token_of(issuer) for issuer in self.issuers)
        for written in (key_set, public_pems):
            with self.subTest(written.__name__):
                self.given(keys=written(self.issuers[:1]))
                inside = await self.admits(old)
                await self.refuses(new)
                self.given(keys=written(self.issuers[1:]))
                await self.refuses(old)
                # Who has been let in stays so until the token's own end.
                await inside.echoed(await inside.announce(f"i-{written.__name__}", "a.py"))
                await self.admits(new)
                self.given(keys=written(self.issuers))
                await self.admits(old)
                await self.admits(new)

    async def test_trust_anchors(self):
        """[23.1.4-07] [23.1.3-09]"""
        old, new = (Identity("alice", authority) for authority in self.authorities)
        chains = {each: {"type": "x509_chain", "value": each.pem} for each in (old, new)}
        self.given()
        await self.admits(chains[old], old)
        await self.refuses(chains[new], new)
        self.given(anchors=self.authorities[1].pem)
        await self.admits(chains[new], new)
        await self.refuses(chains[old], old)

    async def test_revocations(self):
        """[23.1.4-07] [23.1.3-09] The twin of what is revoked stays good; a list that is missing shuts all out."""
        alice, twin = Identity("alice", self.authorities[0]), Identity("alice", self.authorities[0])
        chains = {each: {"type": "x509_chain", "value": each.pem} for each in (alice, twin)}
        self.given()
        await self.admits(chains[alice], alice)
        self.given(lists=revocations(self.authorities[0], alice))
        await self.refuses(chains[alice], alice)
        await self.admits(chains[twin], twin)
        self.given(lists=revocations(self.authorities[1]))
        await self.refuses(chains[twin], twin)

    async def test_a_bad_file_keeps_all_of_them_as_they_were(self):
        """[23.1.4-03] [23.1.4-07] Also those that are good."""
        self.given()
        old, new = (self.token_of(issuer) for issuer in self.issuers)
        by_new = Identity("alice", self.authorities[1])
        chain = {"type": "x509_chain", "value": by_new.pem}
        said = self.given(keys='{"keys": [', anchors=self.authorities[1].pem)
        self.assertIn("how credentials are verified stays as it was", said)
        self.assertIn(str(self.files["keys"]), said)
        await self.admits(old)
        await self.refuses(new)
        await self.refuses(chain, by_new)
        said = self.given(keys=key_set(self.issuers[1:]), anchors="nobody\n")
        self.assertIn(str(self.files["anchors"]), said)
        await self.admits(old)
        await self.refuses(new)


if __name__ == "__main__":
    main()
