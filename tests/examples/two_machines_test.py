#!/usr/bin/env python3
"""examples/two-machines, as its README types it, on machines that are network namespaces of their own.

usage: two_machines_test.py MPAC CHANGE_FILE

Each ```sh block of the README names its machine. Lines that stay (`mpac host`, `--follow`) are started and waited for;
all others have to end with 0.
"""
import contextlib
import os
import pathlib
import re
import shutil
import sys
import tempfile

from machines import Machine, in_namespaces, sections


def plant(machine):
    garden = machine.folder / "garden"
    shutil.rmtree(garden, ignore_errors=True)
    garden.mkdir()
    (garden / "plan.txt").write_text("The garden\n", encoding="utf-8")
    (garden / "rules.txt").write_text("No dogs\n", encoding="utf-8")


def on_a_lan(lines, host, guest):
    plant(host)
    (hosting, bobs, anns) = lines
    hub = host.start(hosting[1])
    hub.says("WITHOUT TLS")
    hub.says("Sharing .*garden .2 files. as session garden")
    assert "ws://192.168.77.1:8766" in hub.says("ws://")
    hub.says("Ctrl-C ends it")
    host.give("garden/.mpac/guests/agent-bob.key", guest)

    # These are two machines, and the door has a lock.
    elsewhere = "change-file ws://127.0.0.1:8766 garden bob plan.txt x"
    assert "refused" in guest.run(elsewhere, expects=1).lower()
    assert "CREDENTIAL_REJECTED" in guest.run("change-file ws://192.168.77.1:8766 garden bob plan.txt x", expects=1)
    as_ann = bobs[1].replace(" garden bob ", " garden ann ")
    assert "CREDENTIAL_REJECTED" in guest.run(as_ann, expects=1)

    racing = [(guest, guest.begin(bobs[1])), (host, host.begin(anns[1]))]
    for machine, begun in racing:
        machine.finish(begun)
    wanted = {"The garden", "Bob plants beans", "Ann plants peas"}
    hub.until(lambda: set(host.text("garden/plan.txt").splitlines()) == wanted, "not both lines are on the disk")

    # A new file in a new folder arrives; where commands are kept, nothing does.
    new = bobs[1].replace("plan.txt", "beds/north.txt")
    guest.run(new)
    hub.says("beds/north.txt: written .agent:bob")
    assert host.text("garden/beds/north.txt") == "Bob plants beans\n"
    guest.run(bobs[1].replace("plan.txt", ".git/hooks/post-checkout"))
    hub.says("post-checkout: NOT written")
    assert not (host.folder / "garden/.git").exists()
    guest.run(bobs[1].replace("plan.txt", "../escaped.txt"), expects=1)
    assert not (host.folder / "escaped.txt").exists()

    # What is edited on the disk meanwhile stays, and both versions are there.
    (host.folder / "garden/rules.txt").write_text("Dogs on a leash\n", encoding="utf-8")
    guest.run(bobs[1].replace("plan.txt", "rules.txt"))
    said = hub.says("rules.txt: NOT written")
    assert host.text("garden/rules.txt") == "Dogs on a leash\n"
    aside = re.search(r"is in (\S+)", said).group(1)
    assert host.text(f"garden/{aside}") == "No dogs\nBob plants beans\n"
    hub.end()


def encrypted(lines, host, guest):
    plant(host)
    (making, hosting, bobs, folder, following) = lines
    host.run(making[1])
    hub = host.start(hosting[1])
    hub.says("Ctrl-C ends it")
    assert not any("WITHOUT TLS" in line for line in hub.said), hub.said
    host.give("hub.pem", guest)
    for name in ("bob", "bob-files"):
        host.give(f"garden/.mpac/guests/agent-{name}.key", guest)
    (guest.folder / "other.pem").write_bytes((host.folder / "hub.pem").read_bytes()[:64])
    guest.run(bobs[1].replace("hub.pem", "other.pem"), expects=1)
    guest.run(folder[1])
    copying = guest.start(following[1])
    copying.says("rules.txt: written")
    copying.says("following")
    guest.run(bobs[1])
    copying.until(lambda: "Bob waters" in guest.text("copy/plan.txt"), "the guest's copy does not follow")
    hub.until(lambda: "Bob waters" in host.text("garden/plan.txt"), "the host's directory does not follow")
    copying.end()
    hub.end()


def over_a_relay(lines, host, guest, relay):
    for machine in (host, relay):
        plant(machine)
    (hosting, following, anns, bobs) = lines
    hub = relay.start(hosting[1])
    hub.says("Ctrl-C ends it")
    for name in ("ann", "ann-files"):
        relay.give(f"garden/.mpac/guests/agent-{name}.key", host)
    relay.give("garden/.mpac/guests/agent-bob.key", guest)
    assert "unreachable" in host.run("ping -c 1 -W 1 192.168.79.2 2>&1 || echo unreachable")  # no way round the relay
    copying = host.start(following[1])
    copying.says("2 files together, 0 to write, 0 that differ; following")
    host.run(anns[1])
    guest.run(bobs[1])
    wanted = {"The garden", "Ann harvests", "Bob cooks"}
    copying.until(lambda: set(host.text("garden/plan.txt").splitlines()) == wanted, "the directory does not follow")
    copying.end()
    hub.end()


def play():
    tools = os.pathsep.join(dict.fromkeys(str(pathlib.Path(each).resolve().parent) for each in sys.argv[1:3]))
    page = sections("examples/two-machines/README.md")
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as everybody:
        host, guest, relay = (Machine(name, pathlib.Path(folder), tools, everybody)
                              for name in ("host", "guest", "relay"))
        host.connect(guest, "192.168.77.1", "192.168.77.2")
        relay.connect(host, "192.168.78.1", "192.168.78.2")
        relay.connect(guest, "192.168.79.1", "192.168.79.2")
        on_a_lan(page["On a LAN"], host, guest)
        encrypted(page["So that nobody reads along"], host, guest)
        over_a_relay(page["Over a relay"], host, guest, relay)


if __name__ == "__main__":
    sys.exit(in_namespaces(play))
