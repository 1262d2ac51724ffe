#!/usr/bin/env python3
"""TLS as clients and operators meet it: wss, https, certificates exchanged while the hub runs, keys others can read.

usage: tls_test.py MPAC_CLUSTER
"""
import http.client
import pathlib
import signal
import socket
import ssl
import subprocess
import tempfile
import unittest

import websockets

from hub_case import PROGRAM, HubCase, main
from running_hub import PATIENCE, QUIET, arguments, run
from visitor import Visitor


def make_certificate(folder, name):
    """A self-signed certificate for this machine and its key: (certificate file, key file)."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", key, "-out", certificate, "-days", "30", "-subj", f"/CN={name}",
                    "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    key.chmod(0o600)
    return certificate, key


class Secure(HubCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mpac-interop-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.certificate, cls.key = make_certificate(cls.folder, "first")
        cls.settings = {f"{section}.tls.{key}": str(file) for section in ("listen", "admin")
                        for key, file in (("cert_file", cls.certificate), ("key_file", cls.key))}
        super().setUpClass()

    def trusting(self):
        return ssl.create_default_context(cafile=str(self.certificate))

    async def connect(self, path=None, **options):
        url = self.hub.url(path or f"/session/{self.session}").replace("ws://", "wss://")
        options = {"compression": None, "max_size": None, "close_timeout": 1, "ssl": self.trusting(), **options}
        socket_ = await websockets.connect(url, **options)
        self.open.append(socket_)
        return socket_

    def served(self, port):
        """DER of the certificate that a newcomer meets."""
        return ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", self.hub.ports[port])))

    def test_the_admin_listener_speaks_https(self):
        line = http.client.HTTPSConnection("127.0.0.1", self.hub.ports["admin_port"], timeout=PATIENCE,
                                           context=self.trusting())
        line.request("GET", "/livez")
        self.assertEqual(line.getresponse().status, 200)
        line.close()

    def test_http_without_tls_is_told_that_this_is_tls(self):
        for port, scheme in (("port", b"wss://"), ("admin_port", b"https://")):
            with socket.create_connection(("127.0.0.1", self.hub.ports[port]), PATIENCE) as line:
                line.sendall(b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n")
                said = b"".join(iter(lambda: line.recv(4096), b""))
            self.assertTrue(said.startswith(b"HTTP/1.1 400"), said)
            self.assertIn(scheme, said)

    async def test_certificates_are_exchanged_and_nobody_is_lost(self):
        """[23.4-04] Broken new files change nothing, and are named."""
        alice = Visitor(await self.connect(), "alice", self.session)
        await alice.hello()
        before = self.certificate.read_bytes(), self.key.read_bytes()
        lines = len(self.hub.log)
        self.certificate.write_text("no certificate\n")
        self.hub.signal(signal.SIGHUP)
        lines = self.hub.says("the certificates stay as they were", lines)
        self.assertIn(str(self.certificate), self.hub.log[lines - 1])
        self.hub.says("reloaded", lines)
        self.assertEqual(self.served("port"), ssl.PEM_cert_to_DER_cert(before[0].decode()))

        fresh, fresh_key = make_certificate(self.folder, "second")
        self.certificate.write_bytes(fresh.read_bytes())
        self.key.write_bytes(fresh_key.read_bytes())
        lines = len(self.hub.log)
        self.hub.signal(signal.SIGHUP)
        self.hub.says("reloaded", lines)
        for port in ("port", "admin_port"):
            self.assertEqual(self.served(port), ssl.PEM_cert_to_DER_cert(fresh.read_text()))
        bob = Visitor(await self.connect(), "bob", self.session)
        await bob.hello()
        letter = await alice.announce("i1", "a.py")
        await bob.echoed(letter)


class Keys(unittest.TestCase):
    def test_a_key_that_others_can_read_is_refused(self):
        """[23.4-04]"""
        with tempfile.TemporaryDirectory(prefix="mpac-interop-") as name:
            folder = pathlib.Path(name)
            certificate, key = make_certificate(folder, "hub")
            key.chmod(0o640)
            for section in ("listen", "admin"):
                code, _, complaint = run(PROGRAM, *arguments({**QUIET, "node.data_dir": str(folder / "data"),
                                                              f"{section}.tls.cert_file": str(certificate),
                                                              f"{section}.tls.key_file": str(key)}))
                self.assertEqual(code, 3, complaint)
                self.assertIn(f"{section}.tls.key_file", complaint)
                self.assertIn("chmod 600", complaint)
                self.assertNotIn("PRIVATE", complaint)


if __name__ == "__main__":
    main()
