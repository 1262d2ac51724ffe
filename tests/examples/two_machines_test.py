#!/usr/bin/env python3
"""examples/two-machines, as its README types it, on machines that are network namespaces of their own.

usage: two_machines_test.py MPAC

Each ```sh block of the README names its machine, or what it is for. Lines that stay (`mpac host`, `--follow`) are
started and waited for; all others have to end with 0. The agents think with tests/support/fake_model.py, one on each
machine.
"""
import contextlib
import json
import pathlib
import re
import shutil
import sys
import tempfile

from machines import Machine, in_namespaces, lines_of, sections


def think(section, machines):
    """The models' part of the README: nobody's key is needed here."""
    (model,), (keys,) = lines_of(section, "model"), lines_of(section, "no-key")
    for machine in machines:
        machine.export(keys)
        machine.model = machine.start(f"{model} --by-hand" if machine.is_by_hand else model)
        machine.model.says("a model of lines at http://127.0.0.1:8080")


def answer(model, form):
    """Lets a model that is by hand say what it thinks."""
    model.says(f"{form}: ")
    model.type()


def plant(machine):
    garden = machine.folder / "garden"
    shutil.rmtree(garden, ignore_errors=True)
    garden.mkdir()
    (garden / "plan.txt").write_text("The garden\n", encoding="utf-8")


def doors_are_shut(bobs, guest):
    """These are two machines, and the door has a lock."""
    elsewhere = bobs.replace("192.168.77.1", "127.0.0.1")
    assert "refused" in guest.run(elsewhere, expects=4).lower()
    for stranger in (re.sub(" --credential-file \\S+", "", bobs), bobs.replace("--name bob", "--name ann")):
        assert "CREDENTIAL_REJECTED" in guest.run(stranger, expects=3)


def two_at_once(bobs, anns, host, guest, hub):
    """Bob's agent begins and ends while Ann's model writes: each meets the other, and neither's line is lost."""
    ann = host.start(anns)
    answer(host.model, "announce_intent")
    host.model.says("write_file: .*Ann plants peas")  # for the file as it is now
    bob = guest.run(bobs)
    assert "disputed: " in bob and "proceeding: a file has room for both lines" in bob, bob
    assert "committed plan.txt: adds the line 'Bob plants beans'" in bob, bob
    host.model.type()
    ann.says("rebasing plan.txt: .*STALE_STATE_REF")
    host.model.says("write_file: .*Bob plants beans.*Ann plants peas")
    host.model.type()
    ann.says("committed plan.txt: adds the line 'Ann plants peas'")
    ann.says("task done")
    ann.ends()
    both = "The garden\nBob plants beans\nAnn plants peas\n"
    hub.until(lambda: host.text("garden/plan.txt") == both, "not both lines are on the disk")


def nothing_is_written_where_it_must_not(bobs, host, guest, hub):
    # A person's client does what a model is not let: it makes files.
    (guest.folder / "mine.txt").write_text("Bob's bed\n", encoding="utf-8")
    joins = bobs[:bobs.index(" '")].replace("mpac task", "mpac join").replace("--name bob", "--name agent:bob")
    guest.run(joins, typed="commit beds/north.txt mine.txt\n")
    hub.says("beds/north.txt: written .agent:bob")
    assert host.text("garden/beds/north.txt") == "Bob's bed\n"
    guest.run(joins, typed="commit .git/hooks/post-checkout mine.txt\n")
    hub.says("post-checkout: NOT written")
    assert not (host.folder / "garden/.git").exists()
    guest.run(joins, typed="commit ../escaped.txt mine.txt\n", expects=5)
    assert not (host.folder / "escaped.txt").exists()

    # What is edited on the disk meanwhile stays, and both versions are there.
    (host.folder / "garden/rules.txt").write_text("Dogs on a leash\n", encoding="utf-8")
    guest.run(bobs.replace("plan.txt", "rules.txt"))
    said = hub.says("rules.txt: NOT written")
    assert host.text("garden/rules.txt") == "Dogs on a leash\n"
    aside = re.search(r"is in (\S+)", said).group(1)
    assert host.text(f"garden/{aside}") == "No dogs\nBob plants beans\n"


def on_a_lan(section, others, host, guest):
    *before, hosting, anns = lines_of(section, "host")
    (bobs,) = lines_of(section, "guest")
    for line in before:
        host.run(line)
    hub = host.start(hosting)
    hub.says("WITHOUT TLS")
    hub.says("Sharing .*garden .2 files. as session garden")
    assert "ws://192.168.77.1:8766" in hub.says("ws://")
    hub.says("Ctrl-C ends it")
    host.give("garden/.mpac/guests/agent-bob.key", guest)
    doors_are_shut(bobs, guest)
    two_at_once(bobs, anns, host, guest, hub)
    an_mcp_client_takes_part(others, guest)
    nothing_is_written_where_it_must_not(bobs, host, guest, hub)
    hub.end()


def an_mcp_client_takes_part(section, guest):
    (adding,) = lines_of(section, "mcp")
    server = guest.start(adding.split(" -- ", 1)[1])

    def ask(number, method, **params):
        server.type(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}))
        return server.says(f'"id":{number}\\b')

    ask(1, "initialize", protocolVersion="2025-11-25", capabilities={}, clientInfo={"name": "test", "version": "1"})
    server.type('{"jsonrpc":"2.0","method":"notifications/initialized"}')
    assert "Ann plants peas" in ask(2, "tools/call", name="read_file", arguments={"path": "plan.txt"})
    server.process.stdin.close()
    server.ends()


def encrypted(section, host, guest):
    plant(host)
    making, hosting = lines_of(section, "host")
    bobs, folder, following = lines_of(section, "guest")
    host.run(making)
    hub = host.start(hosting)
    hub.says("Ctrl-C ends it")
    assert not any("WITHOUT TLS" in line for line in hub.said), hub.said
    host.give("hub.pem", guest)
    for name in ("bob", "bob-files"):
        host.give(f"garden/.mpac/guests/agent-{name}.key", guest)
    guest.run(making.replace("hub.", "other."))
    guest.run(bobs.replace("hub.pem", "other.pem"), expects=4)
    guest.run(folder)
    copying = guest.start(following)
    copying.says("plan.txt: written")
    copying.says("following")
    guest.run(bobs)
    copying.until(lambda: "Bob waters" in guest.text("copy/plan.txt"), "the guest's copy does not follow")
    hub.until(lambda: "Bob waters" in host.text("garden/plan.txt"), "the host's directory does not follow")
    copying.end()
    hub.end()


def over_a_relay(section, host, guest, relay):
    for machine in (host, relay):
        plant(machine)
    (hosting,), (following, anns), (bobs,) = (lines_of(section, name) for name in ("relay", "host", "guest"))
    hub = relay.start(hosting)
    hub.says("Ctrl-C ends it")
    for name in ("ann", "ann-files"):
        relay.give(f"garden/.mpac/guests/agent-{name}.key", host)
    relay.give("garden/.mpac/guests/agent-bob.key", guest)
    assert "unreachable" in host.run("ping -c 1 -W 1 192.168.79.2 2>&1 || echo unreachable")  # no way round the relay
    copying = host.start(following)
    copying.says("1 files together, 0 to write, 0 that differ; following")
    ann = host.start(anns)
    for form in ("announce_intent", "write_file"):
        answer(host.model, form)
    ann.says("task done")
    ann.ends()
    guest.run(bobs)
    both = "The garden\nAnn harvests\nBob cooks\n"
    copying.until(lambda: host.text("garden/plan.txt") == both, "the directory does not follow")
    copying.end()
    hub.end()


def play():
    tools = str(pathlib.Path(sys.argv[1]).resolve().parent)
    page = sections("examples/two-machines/README.md")
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as everybody:
        host, guest, relay = (Machine(name, pathlib.Path(folder), tools, everybody)
                              for name in ("host", "guest", "relay"))
        host.connect(guest, "192.168.77.1", "192.168.77.2")
        relay.connect(host, "192.168.78.1", "192.168.78.2")
        relay.connect(guest, "192.168.79.1", "192.168.79.2")
        host.is_by_hand, guest.is_by_hand = True, False
        think(page["What both need"], (host, guest))
        on_a_lan(page["On a LAN"], page["Other agents, and you"], host, guest)
        encrypted(page["So that nobody reads along"], host, guest)
        over_a_relay(page["Over a relay"], host, guest, relay)


if __name__ == "__main__":
    sys.exit(in_namespaces(play))
