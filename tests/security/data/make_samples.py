#!/usr/bin/env python3
"""Makes the samples beside it: keys, tokens and certificate chains by libraries that are not the hub's.

usage: tests/security/data/make_samples.py

Needs Debian's python3-jwt and python3-cryptography. The tests read what lies here and do not run this; run it again
when a sample is missing. Everything is made anew, keys too, which are for these tests and for nothing else. No sample
ends before the year 2100; the private keys are thrown away, but for the secret of HS256, which the key set must hold.
"""
import base64
import datetime
import hashlib
import hmac
import json
import pathlib

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HERE = pathlib.Path(__file__).resolve().parent
FROM = datetime.datetime(2020, 1, 1)
UNTIL = datetime.datetime(2100, 1, 1)
PAST = datetime.datetime(2021, 1, 1)
FAR = 4102444800  # 2100-01-01
SECRET = "c2FtcGxlcyBvbmx5LCBuZXZlciBhIHJlYWwgc2VjcmV0"


def numbers(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()


def jwk(key, kid):
    """A public key as the libraries write it."""
    public = key.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        made = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(public))
        made.pop("key_ops", None)
    elif isinstance(public, ed25519.Ed25519PublicKey):
        made = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(public))
    else:
        size = public.curve.key_size // 8
        point = public.public_numbers()
        made = {"kty": "EC", "crv": f"P-{public.curve.key_size}"}
        for name, value in (("x", point.x), ("y", point.y)):
            made[name] = base64.urlsafe_b64encode(value.to_bytes(size, "big")).rstrip(b"=").decode()
    return made | {"kid": kid}


def pem(key) -> str:
    return key.public_key().public_bytes(serialization.Encoding.PEM,
                                         serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def tokens():
    rsa_key = rsa.generate_private_key(65537, 2048)
    p256, p384 = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
    edwards = ed25519.Ed25519PrivateKey.generate()
    signers = {"RS256": rsa_key, "RS384": rsa_key, "RS512": rsa_key, "PS256": rsa_key, "PS384": rsa_key,
               "PS512": rsa_key, "ES256": p256, "ES384": p384, "EdDSA": edwards, "HS256": SECRET}
    names = {"R": "rsa", "P": "rsa", "ES256": "p256", "ES384": "p384", "EdDSA": "ed", "HS256": "secret"}
    good = {"iss": "https://idp.example", "aud": ["other", "hub"], "sub": "agent:alice", "exp": FAR,
            "nbf": 1577836800, "iat": 1577836800, "mpac_roles": ["contributor", "reviewer"],
            "mpac_sessions": ["s"], "mpac_tenant": "Acmé"}

    def sign(algorithm, claims, key=None, **header):
        kid = names.get(algorithm) or names[algorithm[0]]
        key = key or signers[algorithm]
        if algorithm == "HS256" and key == SECRET:
            key = base64.urlsafe_b64decode(SECRET)
        return jwt.encode(claims, key, algorithm, headers={"kid": kid} | header)

    def but(**changes):
        return {name: value for name, value in (good | changes).items() if value is not None}

    stranger = ec.generate_private_key(ec.SECP256R1())
    taken = {algorithm: sign(algorithm, good) for algorithm in signers}
    refused = {
        "expired": sign("ES256", but(exp=1609459200)),
        "without an end": sign("ES256", but(exp=None)),
        "not yet valid": sign("ES256", but(nbf=FAR)),
        "issued later": sign("ES256", but(iat=FAR)),
        "of another issuer": sign("ES256", but(iss="https://evil.example")),
        "without an issuer": sign("ES256", but(iss=None)),
        "for another audience": sign("ES256", but(aud="other")),
        "without an audience": sign("ES256", but(aud=None)),
        "of another principal": sign("ES256", but(sub="agent:bob")),
        "for another session": sign("ES256", but(mpac_sessions=["t"])),
        "by a stranger": sign("ES256", good, stranger),
        "by a stranger without a name": jwt.encode(good, stranger, "ES256"),
        "of a key that is not known": sign("ES256", good, kid="nobody"),
        "by another key of the set": sign("ES256", good, kid="p384"),
        "unsigned": jwt.encode(good, None, "none"),
        "of another type": sign("ES256", good, typ="secevent+jwt"),
        "with a demand": sign("ES256", good, crit=["exp"]),
        "by a public key as a secret": confused(pem(rsa_key), good),
        "by HS512": jwt.encode(good, base64.urlsafe_b64decode(SECRET), "HS512", headers={"kid": "secret"}),
        "by ES512": jwt.encode(good, ec.generate_private_key(ec.SECP521R1()), "ES512"),
    }
    keys = [jwk(rsa_key, "rsa"), jwk(p256, "p256"), jwk(p384, "p384"), jwk(edwards, "ed"),
            {"kty": "oct", "kid": "secret", "k": SECRET.rstrip("=")}]
    return {"jwks": json.dumps({"keys": keys}), "pem": pem(rsa_key) + pem(p256) + pem(p384) + pem(edwards),
            "taken": taken, "refused": refused}


def confused(secret: str, claims: dict) -> str:
    """PyJWT refuses to do this, so it is done by hand."""
    part = [base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=").decode()
            for each in ({"alg": "HS256", "typ": "JWT", "kid": "rsa"}, claims)]
    made = hmac.new(secret.encode(), ".".join(part).encode(), hashlib.sha256).digest()
    return ".".join(part + [base64.urlsafe_b64encode(made).rstrip(b"=").decode()])


def name(common_name, organisation=None):
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organisation:
        parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(parts)


def usage(**on):
    every = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{each: on.get(each, False) for each in every})


def certificate(subject, key, issuer, issuer_key, *extensions, begins=FROM, ends=UNTIL, digest=hashes.SHA256()):
    builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
               .serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(ends))
    for extension in extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, (x509.BasicConstraints,
                                                                                   x509.KeyUsage)))
    hashing = None if isinstance(issuer_key, ed25519.Ed25519PrivateKey) else digest
    return builder.sign(issuer_key, hashing)


def chains():
    root_key, middle_key = ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 3072)
    leaf_key, stranger_key = ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())
    ca = (usage(key_cert_sign=True, crl_sign=True),)
    root = certificate(name("Sample Root"), root_key, name("Sample Root"), root_key,
                       x509.BasicConstraints(True, None), *ca)
    middle = certificate(name("Sample Authority"), middle_key, root.subject, root_key,
                         x509.BasicConstraints(True, 0), *ca)
    fake_root = certificate(name("Sample Root"), stranger_key, name("Sample Root"), stranger_key,
                            x509.BasicConstraints(True, None), *ca)
    signing = usage(digital_signature=True)
    end = x509.BasicConstraints(False, None)

    def leaf(subject=name("agent:alice", "Acmé"), *more, by=(middle.subject, middle_key), **when):
        return certificate(subject, leaf_key, *by, end, signing, *more, **when)

    def text(*certificates):
        return "".join(each.public_bytes(serialization.Encoding.PEM).decode() for each in certificates)

    uri = x509.SubjectAlternativeName([x509.UniformResourceIdentifier("agent:alice")])
    deep = certificate(name("Too Deep"), stranger_key, middle.subject, middle_key, x509.BasicConstraints(True, None),
                       *ca)
    taken = {
        "by common name": text(leaf(), middle),
        "by URI": text(leaf(name("Alice", "Acmé"), uri), middle),
        "for clients": text(leaf(name("agent:alice", "Acmé"),
                                 x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])), middle, root),
    }
    refused = {
        "expired": text(leaf(ends=PAST), middle),
        "not yet valid": text(leaf(begins=datetime.datetime(2099, 1, 1)), middle),
        "of another principal": text(leaf(name("agent:bob")), middle),
        "without its authority": text(leaf()),
        "of a stranger of the same name": text(leaf(by=(fake_root.subject, stranger_key)), fake_root),
        "deeper than its authority allows": text(leaf(by=(deep.subject, stranger_key)), deep, middle),
        "for servers": text(leaf(name("agent:alice"), x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])),
                            middle),
        "by SHA-1": text(leaf(digest=hashes.SHA1()), middle),
        "by an authority's own certificate": text(middle, root),
    }
    single = leaf()
    return {"anchors": text(root), "taken": taken, "refused": refused,
            "fingerprint": {"der": single.public_bytes(serialization.Encoding.DER).hex(),
                            "sha256": single.fingerprint(hashes.SHA256()).hex(":")}}


def main():
    for file, made in (("tokens.json", tokens()), ("chains.json", chains())):
        (HERE / file).write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
