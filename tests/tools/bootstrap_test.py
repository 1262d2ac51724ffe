#!/usr/bin/env python3
"""tools/bootstrap asks dpkg what is missing, installs exactly that, and does nothing on a second run."""
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BOOTSTRAP = ROOT / "tools" / "bootstrap"


class Machine:
    """A folder of stand-in programs that say which packages are there and note what apt-get is asked for."""

    def __init__(self, folder: pathlib.Path, installed, available):
        self.folder = folder
        self.installed = folder / "installed"
        self.installed.write_text("".join(f"{name}\n" for name in installed))
        (folder / "available").write_text("".join(f"{name}\n" for name in available))
        self.log = folder / "log"
        self.log.touch()
        for name, last in (("dpkg-query", 'grep -qx -- "$name" installed && printf installed'),
                           ("apt-cache", 'grep -qx -- "$name" available')):
            self.program(name, f'for name; do :; done\n{last}')
        self.program("apt-get", """
echo "$DEBIAN_FRONTEND $*" >>log
while [ $# -gt 0 ] && [ "$1" != install ]; do shift; done
if [ $# -gt 0 ]; then shift; for name; do echo "$name" >>installed; done; fi""")
        self.program("id", "echo 0")

    def program(self, name, body):
        path = self.folder / name
        path.write_text(f'#!/bin/sh\ncd "{self.folder}" || exit 1\n{body}\n')
        path.chmod(0o755)

    def bootstrap(self, *arguments):
        path = f"{self.folder}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run([BOOTSTRAP, *arguments], env=os.environ | {"PATH": path}, text=True,
                              capture_output=True, timeout=60, check=False)

    def asked_for(self):
        installs = [line for line in self.log.read_text().splitlines() if " install " in line]
        return set(installs[-1].split(" install ")[1].split()) if installs else set()


class Bootstrap(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def test_a_bare_machine_gets_everything_once(self):
        machine = Machine(self.folder, [], ["libboost1.81-dev", "g++", "cmake"])
        first = machine.bootstrap()
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertLessEqual({"g++", "cmake", "libcaf-dev", "libboost1.81-dev"}, machine.asked_for())
        self.assertNotIn("libboost1.83-dev", machine.asked_for())
        self.assertTrue(machine.log.read_text().startswith("noninteractive"))
        self.assertIn("--no-install-recommends", machine.log.read_text())

        before = machine.log.read_text()
        second = machine.bootstrap()
        self.assertEqual((second.returncode, second.stdout), (0, ""))
        self.assertEqual(machine.log.read_text(), before, "the second run must not touch apt")

    def test_a_newer_debian_gets_the_name_it_knows(self):
        machine = Machine(self.folder, ["g++"], ["libboost1.83-dev"])
        self.assertEqual(machine.bootstrap().returncode, 0)
        self.assertIn("libboost1.83-dev", machine.asked_for())
        self.assertNotIn("libboost1.81-dev", machine.asked_for())
        self.assertNotIn("g++", machine.asked_for())

    def test_list_names_what_is_missing_and_installs_nothing(self):
        machine = Machine(self.folder, ["g++"], [])
        listed = machine.bootstrap("--list")
        self.assertEqual(listed.returncode, 1)
        self.assertIn("libcaf-dev", listed.stdout.split())
        self.assertNotIn("g++", listed.stdout.split())
        self.assertEqual(machine.log.read_text(), "")

    def test_without_root_or_sudo_it_says_what_to_install(self):
        machine = Machine(self.folder, ["g++"], [])
        machine.program("id", "echo 1000")
        machine.program("sudo", "exit 1")
        (self.folder / "sudo").chmod(0o644)
        path = f"{self.folder}{os.pathsep}{self.without_sudo()}"
        said = subprocess.run(["/bin/sh", BOOTSTRAP], env={"PATH": path}, text=True, capture_output=True, check=False)
        self.assertEqual(said.returncode, 1)
        self.assertIn("libcaf-dev", said.stderr)
        self.assertEqual(machine.log.read_text(), "")

    def without_sudo(self):
        """A PATH with only the plain tools that the script calls."""
        tools = self.folder / "tools"
        tools.mkdir()
        for name in ("sh", "tr", "grep"):
            for folder in os.environ["PATH"].split(os.pathsep):
                if (pathlib.Path(folder) / name).exists():
                    (tools / name).symlink_to(pathlib.Path(folder) / name)
                    break
        return tools


if __name__ == "__main__":
    unittest.main()
