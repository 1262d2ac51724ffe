"""What must hold of one session after a restart, whatever happened to the hub before."""
import json
import urllib.error
import urllib.request

from ledger import LIVING, Ledger, instant
from meeting import policy_in
from running_hub import PATIENCE
from transcript import RELAYED, Transcript
from work import ref_of


CONSIDERED = {"CONFLICT_ACK", "CONFLICT_ESCALATE", "RESOLUTION"}


class Violation(Exception):
    pass


def demand(holds, what, *evidence):
    if not holds:
        raise Violation("\n    ".join([what, *(str(each)[:1500] for each in evidence)]))


def transcript_of(meeting, hub):
    """As text: it is compared byte for byte."""
    url = f"http://127.0.0.1:{hub.ports['admin_port']}/api/v1/sessions/{meeting.id}/transcript"
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return Transcript(answer.read().decode())
    except urllib.error.HTTPError as refused:
        with refused:
            demand(refused.code == 404 and not meeting.is_made, f"the transcript of {meeting.id} can't be had",
                   refused.code, refused.read())
        return None
    except AssertionError as why:
        raise Violation(str(why)) from None


def look(meeting, hub):
    """The session as it is now, having compared all that can be compared without anybody's connection."""
    before, now = meeting.transcript, transcript_of(meeting, hub)
    if now is None:
        return None
    # Nothing that was there is gone or has moved.
    if before:
        for old, new in zip(before.lines, now.lines):
            demand((old.raw, old.sequence) == (new.raw, new.sequence), "the transcript was rewritten", old, new)
        demand(len(before.lines) <= len(now.lines), "the transcript is shorter than it was",
               before.lines[len(now.lines):len(now.lines) + 1])
    clocks_rise(meeting, now)
    only_what_was_said(meeting, now)
    demand_files(meeting, hub, demand_agreement(meeting, now))
    if meeting.founding is not None:
        demand(policy_in(now.snapshot) == meeting.founding, "the policy has changed",
               meeting.founding, policy_in(now.snapshot))
    meeting.founding = policy_in(now.snapshot)
    for agent in meeting.agents:
        demand_told(meeting, agent, now)
    if meeting.shown:
        for name in ("sequence", "lamport_clock", "coordinator_epoch"):
            demand(now.snapshot[name] >= meeting.shown[name], f"an operator was shown a later state: {name}",
                   meeting.shown, now.snapshot)
        meeting.shown = None
    if meeting.is_closed:
        demand(now.snapshot["session_closed"], "a closed session is open again")
    epoch_of(meeting, hub.life, now.snapshot["coordinator_epoch"])
    meeting.transcript = now
    meeting.checks += 1
    return now


def demand_agreement(meeting, now):
    """What the transcript tells has become what its snapshot shows, nothing by half."""
    ledger = Ledger(now, meeting.is_pre_commit)
    for each in ledger.disagrees(now.snapshot):
        demand(False, each)
    return ledger


def demand_files(meeting, hub, ledger):
    """The contents that were committed last; nobody works meanwhile, or the references show it."""
    status, _, listed = hub.admin("GET", f"/api/v1/sessions/{meeting.id}/files")
    demand(status == 200, "the files can't be listed", listed)
    due = {path: ref_of(content) for path, content in ledger.files.items()}
    there = {each["path"]: each["state_ref"] for each in listed["files"]}
    demand(there == due, "the files are not those committed last", there, due)
    path = meeting.dice.choice(sorted(ledger.files))
    status, _, content = hub.admin("GET", f"/api/v1/sessions/{meeting.id}/files/{path}")
    demand(status == 200 and content == ledger.files[path], f"{path} is not what was committed last",
           content, ledger.files[path])


def epoch_of(meeting, life, epoch):
    """One life, one epoch; a later life, a higher one (SPEC 8.1.1.3)."""
    known = meeting.epochs.setdefault(life, epoch)
    demand(known == epoch, f"two epochs in one life: {known} and {epoch}")
    for other, seen in meeting.epochs.items():
        demand((other < life) == (seen < epoch) or other == life,
               f"life {other} had epoch {seen}, and life {life} has {epoch}")


def clocks_rise(meeting, now):
    clock, epoch, sequence = 0, 1, 0
    for line in now.lines:
        demand(line.said["session_id"] == meeting.id, "a message of another session", line)
        sequence = line.sequence
        if not line.by_coordinator:
            continue
        demand(line.clock > clock, f"the coordinator's clock was at {clock}", line)
        demand(line.said["coordinator_epoch"] >= epoch, f"the coordinator's epoch was {epoch}", line)
        demand(line.said["sender"]["sender_instance_id"].endswith(f"epoch-{line.said['coordinator_epoch']}"),
               "the coordinator's instance is of another epoch", line)
        clock, epoch = line.clock, line.said["coordinator_epoch"]
    demand(now.snapshot["lamport_clock"] >= clock and now.snapshot["coordinator_epoch"] >= epoch and
           now.snapshot["sequence"] >= sequence, "the snapshot is older than the transcript",
           now.snapshot["lamport_clock"], now.snapshot["coordinator_epoch"], now.snapshot["sequence"], now.lines[-1:])


def only_what_was_said(meeting, now):
    """Each participant's message is one that it wrote, as it wrote it; of one connection all up to some message."""
    sent = {}
    for agent in meeting.agents:
        sent.update(agent.sent)
    for line in now.lines:
        if not line.by_coordinator:
            demand(sent.get(line.id) == line.raw, "a message that nobody wrote like this", line, sent.get(line.id))
    if now.snapshot["session_closed"]:
        return
    for agent in meeting.agents:
        for connection in agent.connections:
            last, hole = -1, None
            for id in connection.said:
                line = now.by_id.get(id)
                if line is None:
                    hole = hole or id
                    continue
                demand(hole is None, "a message is missing, and a later one of the connection is there", hole, line)
                demand(line.place > last, "messages of one connection have changed places", line)
                last = line.place


def same(line, text):
    """Whether a frame is the line: byte for byte; the contents of files are not passed on (wire facts, OP_COMMIT)."""
    if line.raw == text:
        return True
    if "file_changes" not in line.payload:
        return False
    payload = {name: value for name, value in line.payload.items() if name != "file_changes"}
    return {**line.said, "payload": payload} == json.loads(text)


def demand_told(meeting, agent, now):
    """All that somebody heard is there, in the order in which it was heard, and it heard all that it should have."""
    # Nothing moves in a transcript, so each connection is compared once, when it is over.
    for connection in agent.connections[agent.compared:]:
        agent.compared += 1
        hello = now.by_id.get(connection.said[0]) if connection.said else None
        heard = [(text, json.loads(text)) for text in connection.heard]
        messages = [(text, said) for text, said in heard if "message_type" in said]
        for text, said in heard:
            if "message_type" not in said:
                updater = said.get("updated_by")
                demand(updater is None or updater in {each.principal for each in meeting.agents},
                       "news of another session's files", text)
                continue
            line = now.by_id.get(said["message_id"])
            demand(line is not None, f"{agent.principal} was told what is not there any more", text)
            demand(same(line, text), f"{agent.principal} was told something else than what is there", text, line)
            if line.by_coordinator:
                epoch = said["coordinator_epoch"]
                demand(epoch >= agent.last_epoch or connection.asked, "an older epoch speaks", text)
                agent.last_epoch = max(epoch, agent.last_epoch)
        if hello is None or not messages:
            continue
        first = messages[0][1]["message_type"]
        demand(first in ("SESSION_INFO", "PROTOCOL_ERROR"), "something came before SESSION_INFO", messages[0][0])
        if first == "PROTOCOL_ERROR":
            demand(now.snapshot["session_closed"], f"{agent.principal} was not let in", messages[0][0])
            continue
        epoch = messages[0][1]["coordinator_epoch"]
        epoch_of(meeting, connection.life, epoch)
        news, live = [], messages[1:]
        # Its HELLO may have been kept before the hub died, and nobody has told it so.
        if live and (is_recovered(live[0][1]) or 0 < agent.was_in < epoch):
            news, live = live[:1], live[1:]
            demand(is_recovered(news[0][1]), f"{agent.principal} came back after a restart and was not told so", news)
        if connection.asked:
            live = missed(agent, connection, hello, live, now)
        live = news + live
        order_held(agent, live, now)
        for text, said in live:
            demand(said["message_id"] not in agent.known, f"{agent.principal} hears something twice", text)
        agent.known |= {said["message_id"] for _, said in messages}
        agent.was_in = epoch
        all_relayed(agent, connection, hello, messages, now)


def is_recovered(said):
    return said["message_type"] == "COORDINATOR_STATUS" and said["payload"]["event"] == "recovered"


def missed(agent, connection, hello, messages, now):
    """The answer to a HELLO that asked for what was missed; gives what came behind it."""
    anchor = now.by_id[connection.anchor].place if connection.anchor else -1
    count, last = 0, anchor
    for text, said in messages:
        line = now.by_id[said["message_id"]]
        if line.sequence >= hello.sequence:
            break
        demand(line.place > last, f"{agent.principal}: what was missed comes out of order", text)
        last, count = line.place, count + 1
    for text, said in messages[count:]:
        demand(said["message_type"] != "PROTOCOL_ERROR" or said["payload"]["error_code"] != "CAUSAL_GAP",
               f"{agent.principal}: what was missed is not kept any more", text)
        replayed = (said.get("extensions") or {}).get("mpac_cluster.replayed")
        if replayed:
            sideband = sum('"FILE_UPDATED"' in each[:200] for each in connection.heard)
            demand(count <= replayed["frames"] <= count + sideband,
                   f"{agent.principal}: {count} frames came of those that it had missed", text)
    return messages[count:]


def order_held(agent, messages, now):
    last = -1
    for text, said in messages:
        line = now.by_id[said["message_id"]]
        # What a conflict considers is passed on when it has ruled; the coordinator may say something meanwhile.
        is_late = line.kind in CONSIDERED and all(each.by_coordinator for each in now.lines[line.place + 1:last + 1])
        demand(line.place > last or is_late, f"{agent.principal} heard things in another order than the transcript's",
               text, now.lines[last])
        last = max(line.place, last)


def all_relayed(agent, connection, hello, messages, now):
    """What was passed on to an agent is all that was passed on, from when it came in up to the last it heard."""
    begin = hello.place
    if connection.asked:
        begin = now.by_id[connection.anchor].place if connection.anchor else -1
    due, is_in = [], True
    for line in now.lines[begin + 1:]:
        if line.is_passed_on and (is_in or line.place < hello.place):
            due.append(line.id)
        if line.place > hello.place and line.who == agent.principal and line.refusal is None:
            is_in = line.kind == "HELLO" or (is_in and line.kind != "GOODBYE")
    got = [said["message_id"] for _, said in messages
           if "coordinator_epoch" not in said and said["message_type"] in RELAYED]
    for place, (one, other) in enumerate(zip(got, due)):
        demand(one == other, f"{agent.principal} should have heard {other} and heard {one}",
               f"after {got[max(place - 3, 0):place]}", now.by_id[other], now.by_id[one],
               f"life {connection.life}, asked for what came after {connection.anchor!r}, let in with {hello}",
               *connection.heard[:3])
    demand(len(got) <= len(due), f"{agent.principal} heard more than was passed on", got[len(due):len(due) + 1])


def nothing_overdue(snapshot):
    """Timers fired though the hub was down; the first thing that waits beyond its time, if any does."""
    now = instant(snapshot["captured_at"])
    if snapshot["session_closed"]:
        return None
    for conflict in snapshot["conflicts"]:
        due = conflict["next_step_at"]
        if conflict["state"] not in ("CLOSED", "DISMISSED") and due and instant(due) < now - 0.2:
            return f"conflict {conflict['conflict_id']} waits since {due}: {conflict}"
    for intent in snapshot["intents"]:
        if intent["state"] in LIVING and instant(intent["expires_at"]) < now - 0.2:
            return f"intent {intent['intent_id']} lives beyond its time: {intent}"
    return None
