#!/usr/bin/env python3
"""docs/getting-started.md, typed as it stands there, on a machine (a network namespace) of its own.

usage: getting_started_test.py MPAC MPAC_CLUSTER CHANGE_FILE TRIP

What installs and builds is left out: whoever runs this has done it. The program in C++ is compiled, not linked.
"""
import contextlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from machines import ROOT, Machine, in_namespaces, sections


def lines_of(section, name):
    return [line for block, line in section if block == name]


def share(section, machine):
    *before, hosting = lines_of(section, "share")
    for line in before:
        machine.run(line)
    host = machine.start(hosting)
    host.says("Ctrl-C ends it")
    bobs, anns, reading, *copying = lines_of(section, "agent")
    machine.run(bobs)
    host.says("plan.txt: written .agent:bob")
    machine.run(anns)
    host.says("plan.txt: written .agent:ann")
    said = machine.run(reading)
    assert said == "The garden\nBob plants beans\nAnn plants peas\n", said
    for line in copying:
        machine.run(line)
    assert machine.text("copy/plan.txt") == said
    host.end()


def operate(section, embedding, machine):
    *before, serving = lines_of(section, "hub")
    for line in before:
        machine.run(line)
    hub = machine.start(serving)
    hub.says("ready")
    testing, listing = lines_of(section, "operator")
    machine.run(testing)
    machine.run(listing)
    _, running = lines_of(embedding, "embed")
    assert "Ben books day 4" in machine.run(running.replace("build/examples/trip/", ""))
    hub.end()


def compile_the_program(machine):
    page = (ROOT / "docs/getting-started.md").read_text(encoding="utf-8")
    (machine.folder / "my_agent.cpp").write_text(re.search(r"```cpp\n(.*?)```", page, re.DOTALL).group(1))
    subprocess.run([os.environ.get("CXX", "c++"), "-std=c++20", "-fsyntax-only", "-I", ROOT,
                    machine.folder / "my_agent.cpp"], check=True)


def play():
    tools = os.pathsep.join(dict.fromkeys(str(pathlib.Path(each).resolve().parent) for each in sys.argv[1:]))
    page = sections("docs/getting-started.md")
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as everybody:
        machine = Machine("alone", pathlib.Path(folder), tools, everybody)
        share(page["You share files with other people's agents"], machine)
        operate(page["You run a hub for others"], page["You write an agent in C++"], machine)
        compile_the_program(machine)


if __name__ == "__main__":
    sys.exit(in_namespaces(play))
