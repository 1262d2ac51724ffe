#!/usr/bin/env python3
"""The agent of docs/getting-started.md, in a project of its own on an installed copy: configured, built, and let into a
session of the installed `mpac host`.

usage: installed_client_test.py PREFIX SCRATCH CMAKE GENERATOR CXX_COMPILER [SANITIZE]
"""
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds, for a machine under load
URL = "ws://127.0.0.1:8766/session/demo"


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\nended with {done.returncode}:\n{done.stdout}"
    return done.stdout


def write_project(to, url):
    """As the page has it, but for the port."""
    page = (ROOT / "docs" / "getting-started.md").read_text(encoding="utf-8")
    for kind, name in (("cmake", "CMakeLists.txt"), ("cpp", "my_agent.cpp")):
        (text,) = re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL)
        assert kind != "cpp" or URL in text, text
        (to / name).write_text(text.replace(URL, url), encoding="utf-8")


def main():
    prefix, scratch, cmake, generator, compiler, sanitize = [*sys.argv[1:], ""][:6]
    scratch = pathlib.Path(scratch)
    shutil.rmtree(scratch, ignore_errors=True)
    garden, project, build = (scratch / each for each in ("garden", "project", "build"))
    for each in (garden, project):
        each.mkdir(parents=True)
    (garden / "plan.txt").write_text("The garden\n", encoding="utf-8")
    with subprocess.Popen([f"{prefix}/bin/mpac", "host", garden, "--session", "demo", "--port", "0", "--json"],
                          stdout=subprocess.PIPE, text=True) as host:
        try:
            url = json.loads(host.stdout.readline())["urls"][0]
            write_project(project, f"{url}/session/demo")
            # Unoptimised: whether it fits together is the question here, and half the compiler's time.
            run(cmake, "-S", project, "-B", build, "-G", generator, "-D", f"CMAKE_CXX_COMPILER={compiler}", "-D",
                f"CMAKE_CXX_FLAGS={f'-fsanitize={sanitize}' if sanitize else ''}", "-D", f"CMAKE_PREFIX_PATH={prefix}",
                "-D", "CMAKE_BUILD_TYPE=Debug", "-D", "CMAKE_CXX_FLAGS_DEBUG=-O0",
                "-D", "CMAKE_FIND_USE_PACKAGE_REGISTRY=OFF")
            run(cmake, "--build", build)
            said = run(build / "my_agent")
            assert "agent:me is here\n" in said, said
        finally:
            host.send_signal(signal.SIGINT)
            host.communicate(timeout=PATIENCE)
    assert host.returncode == 0, host.returncode
    # And without a hub it says so.
    assert "is here" not in run(build / "my_agent")


if __name__ == "__main__":
    main()
