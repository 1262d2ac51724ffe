#!/usr/bin/env python3
"""The built mpac from a shell: help, completions, schemas, keys, credentials, the admin API, errors and exit codes.

usage: program_test.py MPAC MPAC_CLUSTER [unittest arguments]
"""
import json
import os
import pathlib
import pty
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import tomllib
import unittest
from datetime import datetime, timezone

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "interop"))

try:
    import jwt
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
except ImportError:
    print("skipped: this test needs python3-jwt and python3-cryptography", file=sys.stderr)
    sys.exit(77)
from running_hub import PATIENCE, Hub, environment
from signing_visitor import Identity, SigningVisitor
from visitor import Visitor

import asyncio
import websockets

MPAC = sys.argv.pop(1) if __name__ == "__main__" else "build/mpac"
PROGRAM = sys.argv.pop(1) if __name__ == "__main__" else "build/mpac-cluster"


def mpac(*arguments, env=None, stdin=None):
    """Runs it to its end: (exit code, output, complaints)."""
    done = subprocess.run([MPAC, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE,
                          env=environment(**(env or {})))
    return done.returncode, done.stdout, done.stderr


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mpac-program-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def good(self, *arguments, **options):
        code, out, err = mpac(*arguments, **options)
        self.assertEqual(code, 0, err)
        return out

    def bad(self, expected, *arguments, says="", **options):
        code, out, err = mpac(*arguments, **options)
        self.assertEqual(code, expected, (out, err))
        self.assertTrue(err.startswith("mpac: "), err)
        self.assertIn(says, err)
        return out


class Shell(Case):
    def test_the_page_of_the_commands_is_that_of_this_program(self):
        self.assertEqual((ROOT / "docs" / "mpac.md").read_text(), self.good("manual"),
                         "stale: run `build/mpac manual > docs/mpac.md`")

    def test_closed_standard_streams_are_nobodys(self):
        mcp = f"exec {MPAC} mcp ws://127.0.0.1:1 demo"
        for line, code in ((f"{mcp} <&-", 0), (f"{mcp} </dev/null >&-", 0), (f"exec {MPAC} schema >&-", 1)):
            with self.subTest(line):
                done = subprocess.run(["sh", "-c", line], capture_output=True, timeout=PATIENCE, env=environment())
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertEqual(done.stdout, b"")

    def test_help_is_good_and_nothing_is_a_mistake(self):
        self.assertIn("Exit codes:", self.good("--help"))
        self.assertNotRegex(self.good("--help"), r"(?m)^  manual")
        for command in re.findall(r"^## mpac (\S+)", self.good("manual"), re.MULTILINE):
            self.assertIn("Examples:", self.good(command, "--help"), command)
        self.assertRegex(self.good("--version"), r"^mpac \d+\.\d+\.\d+\n$")
        code, out, err = mpac()
        self.assertEqual((code, out), (2, ""))
        self.assertIn("Usage: mpac", err)

    def test_mistakes_say_where_the_help_is(self):
        self.bad(2, "nonsense", says="See: mpac --help")
        self.bad(2, "token", "jwt", says="See: mpac token jwt --help")
        self.bad(2, "keygen", "--name", "a", "--type", "rsa", says="See: mpac keygen --help")
        self.bad(2, "transcript", says="SESSION")

    def test_every_shell_takes_its_completions(self):
        for shell in ("bash", "zsh", "fish"):
            script = self.folder / shell
            script.write_text(self.good("completions", shell))
            if shutil.which(shell):
                subprocess.run([shell, "-n", script], check=True, timeout=PATIENCE)
            for word in ("transcript", "verify", "--certificate", "--token-file", "ed25519"):
                self.assertIn(word.removeprefix("--"), script.read_text(), shell)
            self.assertNotRegex(script.read_text(), r"-a manual|[ \"]manual[ \"]")
        self.bad(2, "completions", "cmd")

    def test_bash_completes_commands_options_values_and_files(self):
        script = self.folder / "completion"
        script.write_text(self.good("completions", "bash"))
        (self.folder / "transcript.json").write_text("")

        def offers(*words):
            play = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mpac 2>/dev/null; '
                    'printf "%s\\n" "${COMPREPLY[@]}"')
            done = subprocess.run(["bash", "-c", play, "bash", script, "mpac", *words], capture_output=True, text=True,
                                  cwd=self.folder, timeout=PATIENCE)
            return set(done.stdout.split())
        self.assertLessEqual({"sessions", "snapshot", "schema"}, offers("s"))
        self.assertIn("sessions", offers("se"))
        self.assertEqual(offers("keygen", "--type", ""), {"ed25519", "p256"})
        self.assertEqual(offers("transcript", "verify", "--cert"), {"--certificate"})
        self.assertEqual(offers("transcript", "verify", "trans"), {"transcript.json"})
        self.assertEqual(offers("completions", "z"), {"zsh"})
        self.assertEqual(offers("token", "a"), {"api-key"})

    def test_colour_is_for_terminals_that_want_it(self):
        def seen(**env):
            main, side = pty.openpty()
            subprocess.run([MPAC, "conform", "--list", "--check", "no-json"], stdout=side, check=True, timeout=PATIENCE,
                           env=environment(**env))
            os.close(side)
            text = os.read(main, 4096)
            os.close(main)
            return text
        self.assertIn(b"\x1b[", seen(TERM="xterm", NO_COLOR=""))
        self.assertNotIn(b"\x1b[", seen(TERM="xterm", NO_COLOR="1"))
        self.assertNotIn(b"\x1b[", seen(TERM="dumb", NO_COLOR=""))
        self.assertNotIn("\x1b[", self.good("conform", "--list", env={"TERM": "xterm"}))

    def test_a_full_disk_is_no_success(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([MPAC, "schema"], stdout=full, stderr=subprocess.PIPE, timeout=PATIENCE)
        self.assertEqual(done.returncode, 1)


class Schema(Case):
    def test_one_schema_holds_all_and_each_can_be_had(self):
        bundle = json.loads(self.good("schema"))
        names = self.good("schema", "--list").split()
        self.assertIn("OP_COMMIT", names)
        self.assertEqual(len(bundle["$defs"]), len(names))
        for reference in re.findall(r'"\$ref": "([^"]+)"', self.good("schema")):
            self.assertIn(reference.removeprefix("../"), bundle["$defs"])
        for name in names:
            self.assertEqual(json.loads(self.good("schema", name))["$schema"], bundle["$schema"])
        self.assertIn("state_ref_before", json.loads(self.good("schema", "OP_COMMIT"))["required"])
        self.bad(2, "schema", "OP_NOTHING", says="--list")

    def test_a_file_each(self):
        self.good("schema", "--out-dir", self.folder / "schemas")
        written = {path.relative_to(self.folder / "schemas").as_posix() for path in self.folder.rglob("*.json")}
        self.assertEqual(written, set(json.loads(self.good("schema"))["$defs"]))


class Credentials(Case):
    def make_key(self, *options):
        made = json.loads(self.good("keygen", "--name", "issuer", "--out-dir", self.folder / "keys", "--json",
                                    *options))
        return made["key_file"], made["certificate_file"]

    def test_a_key_is_its_owners_alone_and_never_overwritten(self):
        key, certificate = self.make_key()
        self.assertEqual(stat.S_IMODE(os.stat(key).st_mode), 0o600)
        self.assertIn("issuer", x509.load_pem_x509_certificate(pathlib.Path(certificate).read_bytes()).subject
                      .rfc4514_string())
        self.bad(1, "keygen", "--name", "issuer", "--out-dir", self.folder / "keys", says="already")
        told = self.good("keygen", "--name", "hub", "--out-dir", self.folder / "more")
        self.assertEqual(set(tomllib.loads(told[told.index("["):])["coordinator"]), {"key_file", "certificate_file"})

    def test_tokens_say_what_was_asked_for(self):
        for kind, algorithm in (("ed25519", "EdDSA"), ("p256", "ES256")):
            shutil.rmtree(self.folder / "keys", ignore_errors=True)
            key, certificate = self.make_key("--type", kind)
            token = self.good("token", "jwt", "--principal", "agent:alice", "--role", "owner", "--role", "reviewer",
                              "--session", "s1", "--tenant", "acme", "--key", key, "--issuer", "https://i.example",
                              "--audience", "hub", "--valid-for", "2h").strip()
            public = x509.load_pem_x509_certificate(pathlib.Path(certificate).read_bytes()).public_key()
            claims = jwt.decode(token, public, [algorithm], audience="hub", issuer="https://i.example")
            self.assertEqual((claims["sub"], claims["mpac_roles"], claims["mpac_sessions"], claims["mpac_tenant"]),
                             ("agent:alice", ["owner", "reviewer"], ["s1"], "acme"))
            self.assertEqual(claims["exp"] - claims["iat"], 7200)

    def test_what_is_no_span_or_key_is_refused(self):
        key, _ = self.make_key()
        given = ("token", "jwt", "--principal", "a", "--issuer", "i", "--audience", "h", "--key")
        for span in ("0", "-1h", "1w", "", "99999999999999999999", "101d1"):
            self.bad(2, *given, key, "--valid-for", span)
        self.bad(2, *given, self.folder / "none", says="none")
        os.chmod(key, 0o644)
        self.bad(2, *given, key, says="chmod 600")

    def test_the_hub_takes_them_and_nothing_else(self):
        key, certificate = self.make_key()
        block = self.good("token", "api-key", "--principal", "agent:bob", "--role", "contributor", "--session", "room",
                          "--valid-for", "1h", "--secret-file", self.folder / "bob.key")
        secret = self.folder / "bob.key"
        self.assertEqual(stat.S_IMODE(secret.stat().st_mode), 0o600)
        self.assertNotIn(secret.read_text().strip(), block)
        self.bad(1, "token", "api-key", "--principal", "agent:bob", "--secret-file", secret)
        (self.folder / "api-keys.toml").write_text(block)
        token = json.loads(self.good("token", "jwt", "--principal", "agent:alice", "--key", key, "--issuer", "me",
                                     "--audience", "hub", "--json"))
        settings = {"session.security_profile": "authenticated", "session.role_policy.default_role": "contributor",
                    "auth.jwt.issuer": "me", "auth.jwt.audience": "hub", "auth.jwt.keys_file": certificate,
                    "auth.api_keys_file": str(self.folder / "api-keys.toml")}
        with Hub(PROGRAM, settings) as hub:
            async def joins(principal, credential):
                async with websockets.connect(hub.url("/session/room"), compression=None, close_timeout=1) as socket:
                    who = Visitor(socket, principal, "room")
                    await who.write(who.envelope("HELLO", {"display_name": "x", "roles": ["contributor"],
                                                           "capabilities": [], "credential": credential},
                                                 ts=datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")))
                    heard = await who.next()
                    return heard["message_type"], heard["payload"].get("error_code")
            in_, out = ("SESSION_INFO", None), ("PROTOCOL_ERROR", "CREDENTIAL_REJECTED")
            api_key = {"type": "api_key", "value": secret.read_text().strip()}
            for principal, credential, expected in (("agent:alice", token, in_), ("agent:bob", api_key, in_),
                                                    ("agent:bob", token, out), ("agent:alice", api_key, out),
                                                    ("agent:bob", {**api_key, "value": api_key["value"] + "x"}, out)):
                self.assertEqual(asyncio.run(joins(principal, credential)), expected, principal)


    def test_a_participants_key_opens_a_verified_hub(self):
        """[23.1.4-07] [23.1.4-08]"""
        for name in ("hub", "agent:alice"):
            holder = "coordinator" if name == "hub" else "participant"
            self.good("keygen", "--for", holder, "--name", name, "--out-dir", self.folder)
        alice = Identity.__new__(Identity)
        alice.certificate = x509.load_pem_x509_certificate((self.folder / "participant.pem").read_bytes())
        alice.key = load_pem_private_key((self.folder / "participant.key").read_bytes(), None)
        settings = {"session.security_profile": "verified", "session.role_policy.default_role": "owner",
                    "auth.x509.trust_anchors_file": str(self.folder / "participant.pem"),
                    "coordinator.key_file": str(self.folder / "coordinator.key"),
                    "coordinator.certificate_file": str(self.folder / "coordinator.pem")}
        with Hub(PROGRAM, settings) as hub:
            async def hears(principal):
                async with websockets.connect(hub.url("/session/room"), compression=None, close_timeout=1) as socket:
                    who = SigningVisitor(socket, principal, "room")
                    who.identity = alice
                    await who.say("HELLO", display_name="x", roles=["owner"], capabilities=[],
                                  credential={"type": "x509_chain", "value": alice.pem})
                    return (await who.next())["message_type"]
            self.assertEqual(asyncio.run(hears("agent:alice")), "SESSION_INFO")
            self.assertEqual(asyncio.run(hears("agent:bob")), "PROTOCOL_ERROR")


class Admin(Case):
    @classmethod
    def setUpClass(cls):
        cls.hub = Hub(PROGRAM).start()
        cls.addClassCleanup(cls.hub.stop)
        cls.env = {"MPAC_ADMIN": f"http://127.0.0.1:{cls.hub.ports['admin_port']}"}

    def make(self, session, **policy):
        self.assertEqual(self.hub.admin("POST", "/api/v1/sessions", {"session_id": session, **policy})[0], 201)

    def test_sessions_page_by_page(self):
        self.assertEqual(self.good("sessions", env=self.env), "no sessions\n")
        names = [f"s{number:04}" for number in range(1010)]
        for name in names:
            self.make(name)
        listed = json.loads(self.good("sessions", "--json", env=self.env))["sessions"]
        self.assertEqual([row["session_id"] for row in listed], names)
        table = self.good("sessions", env=self.env).splitlines()
        self.assertEqual(len(table), 1011)
        self.assertRegex(table[1], r"^s0000 +active +0 +0 +0 +0 +yes$")

    def test_snapshot_transcript_and_close(self):
        self.make("r~:@-")
        self.assertEqual(json.loads(self.good("snapshot", "r~:@-", env=self.env))["session_id"], "r~:@-")
        self.assertEqual(self.good("snapshot", "r~:@-", "--json", env=self.env).count("\n"), 1)
        self.assertEqual(json.loads(self.good("snapshot", "r~:@-", "--whole", env=self.env))["session_id"], "r~:@-")
        self.hub.says("session_id=r~:@- what=whole snapshot")
        told = self.good("transcript", "r~:@-", env=self.env)
        file = self.folder / "t.json"
        self.good("transcript", "r~:@-", "--output", file, env=self.env)
        for text in (told, file.read_text()):
            self.assertEqual(json.loads(text)["session_id"], "r~:@-")
        self.assertEqual(self.good("close", "r~:@-", env=self.env), "closed r~:@-\n")
        self.assertTrue(json.loads(self.good("snapshot", "r~:@-", env=self.env))["session_closed"])
        for command in ("snapshot", "transcript", "close"):
            self.bad(5, command, "nobody-knows", env=self.env, says="404")
        self.bad(5, "transcript", "nobody-knows", "-o", self.folder / "none", env=self.env)
        self.assertEqual(os.listdir(self.folder), ["t.json"], "no transcript, no file")
        self.bad(2, "close", "r~:@-", "--intents", "perhaps", env=self.env)

    def test_nobody_there_and_bad_addresses(self):
        self.bad(4, "sessions", "--admin", "http://127.0.0.1:1", says="127.0.0.1:1")
        for url in ("127.0.0.1:1", "ws://127.0.0.1", "http://u:p@h", ""):
            self.bad(2, "sessions", "--admin", url)

    def test_a_transcript_that_breaks_off_is_no_transcript(self):
        import socketserver
        import threading

        class Half(socketserver.StreamRequestHandler):
            def handle(self):
                while self.rfile.readline().strip():
                    pass
                self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n")
        with socketserver.TCPServer(("127.0.0.1", 0), Half) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            url = f"http://127.0.0.1:{server.server_address[1]}"
            self.bad(1, "transcript", "s", "-o", self.folder / "t.json", "--admin", url, says="broke off")
            self.bad(1, "transcript", "s", "--admin", url, says="broke off")
            server.shutdown()
        self.assertEqual(os.listdir(self.folder), [])


class GuardedAdmin(Case):
    """Over https, with a token."""

    def test_token_and_certificate(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", "hub.key", "-out",
                        "hub.pem", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
                       cwd=self.folder, check=True, capture_output=True)
        token = self.folder / "token"
        token.write_text("open-sesame\n")
        settings = {"admin.token_file": str(token), "admin.tls.cert_file": str(self.folder / "hub.pem"),
                    "admin.tls.key_file": str(self.folder / "hub.key")}
        with Hub(PROGRAM, settings) as hub:
            port = hub.ports["admin_port"]
            url, ca = ("--admin", f"https://localhost:{port}"), ("--ca-file", self.folder / "hub.pem")
            self.good("sessions", *url, *ca, "--token-file", token)
            self.good("sessions", "--admin", f"https://127.0.0.1:{port}", *ca, env={"MPAC_ADMIN_TOKEN": "open-sesame"})
            self.good("sessions", env={"MPAC_ADMIN": url[1], "MPAC_ADMIN_CA_FILE": str(ca[1]),
                                       "MPAC_ADMIN_TOKEN_FILE": str(token)})
            self.bad(3, "sessions", *url, *ca, says="--token-file")
            self.bad(3, "sessions", *url, *ca, env={"MPAC_ADMIN_TOKEN": "wrong"})
            self.bad(4, "sessions", *url, "--token-file", token, says="certificate")
            self.bad(4, "sessions", "--admin", f"https://127.0.0.2:{port}", *ca, "--token-file", token)
            self.bad(2, "sessions", *url, *ca, "--token-file", self.folder / "none", says="none")
            # A name that begins like an address of this machine is none.
            self.bad(4, "sessions", "--admin", "http://127.0.0.1.invalid:1", "--token-file", token, says="unencrypted")
            self.bad(2, "sessions", *url, "--ca-file", self.folder / "none", "--token-file", token, says="none")
            self.bad(2, "sessions", *url, "--ca-file", token, "--token-file", token, says="token can't be used")
            self.bad(2, "sessions", *url, "--ca-file", "/dev/null", "--token-file", token, says="is empty")


class Verify(Case):
    def test_a_transcript_is_verified_as_the_hub_does_it(self):
        self.good("keygen", "--name", "hub-1", "--out-dir", self.folder)
        certificate = self.folder / "coordinator.pem"
        settings = {"coordinator.key_file": str(self.folder / "coordinator.key"),
                    "coordinator.certificate_file": str(certificate)}
        file = self.folder / "t.json"
        with Hub(PROGRAM, settings) as hub:
            env = {"MPAC_ADMIN": f"http://127.0.0.1:{hub.ports['admin_port']}"}
            status, _, content = hub.admin("POST", "/api/v1/sessions", {
                "session_id": "s", "security_profile": "verified", "role_policy": {"default_role": "contributor"}})
            self.assertEqual(status, 201, content)
            self.good("close", "s", env=env)
            self.good("transcript", "s", "-o", file, env=env)
        told = self.good("transcript", "verify", file, "--certificate", certificate)
        done = subprocess.run([PROGRAM, "--verify-transcript", file, "--certificate", certificate], capture_output=True,
                              text=True, timeout=PATIENCE, env=environment())
        self.assertEqual((done.returncode, done.stdout), (0, told))
        found = json.loads(self.good("transcript", "verify", file, "--json"))
        self.assertEqual((found["good"], found["session_id"], found["compared_with_certificate"]), (True, "s", False))
        file.write_text(file.read_text().replace('"manual"', '"policy"'))
        out = self.bad(1, "transcript", "verify", file, "--certificate", certificate, "--json")
        self.assertFalse(json.loads(out)["good"])
        self.bad(1, "transcript", "verify", self.folder / "none", says="none")


if __name__ == "__main__":
    unittest.main(verbosity=2)
