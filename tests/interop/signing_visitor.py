"""Visitors who prove who they are, and sign what they say; with keys that python3-cryptography made."""
import base64
import copy
import datetime
import hashlib
import json
import pathlib

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from visitor import Visitor


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def base64url(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def canonical(message):
    """RFC 8785 of what these tests send and hear, in which no number has an exponent."""
    def plain(value):
        if isinstance(value, dict):
            return {key: plain(each) for key, each in value.items()}
        if isinstance(value, list):
            return [plain(each) for each in value]
        return int(value) if isinstance(value, float) and value.is_integer() else value
    return json.dumps(plain(message), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Identity:
    """A private key and a certificate; `authority` is another identity, or none for one that vouches for itself."""

    def __init__(self, name, authority=None, is_authority=False, elliptic=False, begin=-3600, end=3600):
        self.name = name
        self.key = ec.generate_private_key(ec.SECP256R1()) if elliptic else ed25519.Ed25519PrivateKey.generate()
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        by = authority or self
        self.subject = subject
        builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(by.subject)
                   .public_key(self.key.public_key()).serial_number(x509.random_serial_number())
                   .not_valid_before(now() + datetime.timedelta(seconds=begin))
                   .not_valid_after(now() + datetime.timedelta(seconds=end))
                   .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
                   .add_extension(x509.KeyUsage(True, False, False, False, False, is_authority, is_authority, False,
                                                False), critical=True))
        edwards = isinstance(by.key, ed25519.Ed25519PrivateKey)
        self.certificate = builder.sign(by.key, None if edwards else hashes.SHA256())

    @property
    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def public_pem(self):
        return self.key.public_key().public_bytes(serialization.Encoding.PEM,
                                                  serialization.PublicFormat.SubjectPublicKeyInfo).decode()

    @property
    def key_id(self):
        return "sha256:" + self.certificate.fingerprint(hashes.SHA256()).hex()

    def write(self, folder, stem):
        """The two files, the key's for its owner alone."""
        key, certificate = pathlib.Path(folder) / f"{stem}.key", pathlib.Path(folder) / f"{stem}.pem"
        key.touch(0o600)
        key.write_bytes(self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                               serialization.NoEncryption()))
        certificate.write_text(self.pem)
        return str(key), str(certificate)

    def sign(self, message):
        """The message with its signature."""
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            algorithm, value = "EdDSA", self.key.sign(canonical(message))
        else:
            r, s = utils.decode_dss_signature(self.key.sign(canonical(message), ec.ECDSA(hashes.SHA256())))
            algorithm, value = "ES256", r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return {**message, "signature": {"alg": algorithm, "kid": self.key_id, "value": base64url(value)}}


def is_signed_by(message, pem):
    """Whether a frame bears the signature of this certificate's Ed25519 key."""
    certificate = x509.load_pem_x509_certificate(pem.encode())
    unsigned = copy.deepcopy(message)
    signature = unsigned.pop("signature", None)
    if not signature or signature["alg"] != "EdDSA" or \
            signature["kid"] != "sha256:" + certificate.fingerprint(hashes.SHA256()).hex():
        return False
    try:
        certificate.public_key().verify(base64.urlsafe_b64decode(signature["value"] + "=="), canonical(unsigned))
    except InvalidSignature:
        return False
    return True


def token_by(identity, **claims):
    """A JSON Web Token that this identity's Ed25519 key signs."""
    head, body = (base64url(json.dumps(each).encode()) for each in ({"alg": "EdDSA", "typ": "JWT"}, claims))
    return f"{head}.{body}.{base64url(identity.key.sign(f'{head}.{body}'.encode()))}"


def hash_of(key):
    return hashlib.sha256(key.encode()).hexdigest()


class TimelyVisitor(Visitor):
    """Says what time it is, as the profiles beyond the open one demand."""

    def envelope(self, kind, payload, **members):
        return super().envelope(kind, payload, **{"ts": now().isoformat().replace("+00:00", "Z"), **members})


class SigningVisitor(TimelyVisitor):
    """Signs all it says, and holds the coordinator to its signatures."""

    identity = None

    async def write(self, what):
        await super().write(self.identity.sign(what) if isinstance(what, dict) and "message_type" in what else what)

    async def hello(self, *roles, **fields):
        chain = {"type": "x509_chain", "value": self.identity.pem}
        return await super().hello(*roles, **{"credential": chain, **fields})
