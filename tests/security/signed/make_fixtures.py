#!/usr/bin/python3
"""Makes fixtures.txt: certificates and frames that Debian's python3-cryptography signed, a line each.

usage: make_fixtures.py > fixtures.txt

A line is an algorithm, the certificate's PEM with \\n for its line ends, and a frame with its signature, with tabs
between them. For frames without fractions `json.dumps` with sorted keys writes the canonical form.
"""
import base64
import datetime
import hashlib
import json

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

FRAMES = [
    {"protocol": "MPAC", "version": "0.1.13", "message_type": "HEARTBEAT",
     "watermark": {"kind": "lamport_clock", "value": 7}, "payload": {"status": "idle"}},
    {"z": [], "a": {"b": {}, "a": None}, "": True, "text": "ö € \U0001f600 \n \"", "n": [0, -1, 9007199254740991]},
    {},
]


def sign(key, text):
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(text)
    r, s = utils.decode_dss_signature(key.sign(text, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def main():
    keys = {"EdDSA": ed25519.Ed25519PrivateKey.generate(), "ES256": ec.generate_private_key(ec.SECP256R1())}
    for algorithm, key in keys.items():
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "agent:alice")])
        begin = datetime.datetime(2025, 1, 1)
        certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
                       .serial_number(1).not_valid_before(begin).not_valid_after(begin + datetime.timedelta(days=10))
                       .sign(key, None if algorithm == "EdDSA" else hashes.SHA256()))
        kid = "sha256:" + hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()
        pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
        for frame in FRAMES:
            text = json.dumps(frame, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
            value = base64.urlsafe_b64encode(sign(key, text)).decode().rstrip("=")
            whole = frame | {"signature": {"value": value, "alg": algorithm, "kid": kid}}
            print(algorithm, pem.replace("\n", "\\n"), json.dumps(whole), sep="\t")


if __name__ == "__main__":
    main()
