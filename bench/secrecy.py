"""What TLS costs: the hub's CPU for one delivered frame with it and without, in turns."""

import statistics
import subprocess
import tempfile
from pathlib import Path

TLS_TARGET = 1.5


class Secrecy:
    """A part of bench/compare, whose `comparison` it is given."""

    def __init__(self, comparison):
        self.all = comparison

    def run(self):
        with tempfile.TemporaryDirectory(prefix="mpac-compare-") as folder:
            key, certificate = Path(folder, "key.pem"), Path(folder, "cert.pem")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                            "-keyout", key, "-out", certificate, "-days", "30", "-subj", "/CN=hub",
                            "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
            key.chmod(0o600)
            self.compare({"listen.tls.cert_file": f'"{certificate}"', "listen.tls.key_file": f'"{key}"'}, certificate)

    def compare(self, settings, certificate):
        quick = self.all.quick
        duration, warmup = (1, 0.3) if quick else (4, 1)
        repetitions = self.all.arguments.repetitions or (1 if quick else 5)
        print(f"\nTLS 1.3: 100 sessions x 4 participants, {repetitions} x {duration} s, medians")
        for outstanding in (1, 8):
            load = {"sessions": 100, "participants": 4, "outstanding": outstanding, "duration": duration,
                    "warmup": warmup}
            plain, secure = [], []
            for _ in range(repetitions):
                with self.all.server("hub") as server:
                    plain.append(self.all.checked(server.load(**load)))
                with self.all.server("hub", settings) as server:
                    secure.append(self.all.checked(server.load(ca=certificate, **load)))
            costs = [[report["hub"]["us_per_delivery"] for report in reports] for reports in (plain, secure)]
            ratios = [b / a for a, b in zip(*costs)]
            ratio = statistics.median(ratios)
            print(f"  {outstanding} outstanding: {statistics.median(costs[0]):.3f} us a frame plain, "
                  f"{statistics.median(costs[1]):.3f} us with TLS: {self.all.judge(ratio, TLS_TARGET)}"
                  f"   [{min(ratios):.2f} to {max(ratios):.2f}]")
            self.all.figures[f"tls/plain@{outstanding}"] = ratio
