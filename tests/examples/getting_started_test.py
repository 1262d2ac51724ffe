#!/usr/bin/env python3
"""docs/getting-started.md, typed as it stands there, on a machine (a network namespace) of its own.

usage: getting_started_test.py MPAC MPAC_CLUSTER TRIP

What installs and builds is left out: whoever runs this has done it. The program in C++ has a test of its own
(tests/tools/installed_client_test.py), for it needs an installed copy.
"""
import contextlib
import os
import pathlib
import sys
import tempfile

from machines import Machine, in_namespaces, lines_of, sections


def share(section, machine):
    *before, hosting = lines_of(section, "share")
    for line in before:
        machine.run(line)
    host = machine.start(hosting)
    host.says("Ctrl-C ends it")
    (thinking,), (keys,) = lines_of(section, "model"), lines_of(section, "no-key")
    model = machine.start(thinking)
    model.says("a model of lines")
    machine.export(keys)
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
    model.end()
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


def play():
    tools = os.pathsep.join(dict.fromkeys(str(pathlib.Path(each).resolve().parent) for each in sys.argv[1:]))
    page = sections("docs/getting-started.md")
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as everybody:
        machine = Machine("alone", pathlib.Path(folder), tools, everybody)
        share(page["You share files with other people's agents"], machine)
        operate(page["You run a hub for others"], page["You write an agent in C++"], machine)


if __name__ == "__main__":
    sys.exit(in_namespaces(play))
