#!/usr/bin/env python3
"""Credentials made this minute by the installed python3-jwt and python3-cryptography, judged by the hub's verifiers.

usage: fresh_samples_test.py <security_tests>

Skips with 77 where the libraries are missing.
"""
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


def main() -> int:
    missing = [name for name in ("jwt", "cryptography") if importlib.util.find_spec(name) is None]
    if missing:
        print("skipped: python3 has no", ", ".join(missing))
        return 77
    maker = pathlib.Path(__file__).resolve().parent / "data" / "make_samples.py"
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copy(maker, folder)  # it writes beside itself
        subprocess.run([sys.executable, copy], check=True, timeout=120)
        done = subprocess.run([sys.argv[1], "[samples]"], env=os.environ | {"MPAC_SAMPLES": folder}, timeout=300,
                              check=False)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
