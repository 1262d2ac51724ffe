"""Lives and deaths of one hub, one after the other, and what is looked at in between."""
import asyncio
import random
import time

from checks import Violation, demand, demand_agreement, look, nothing_overdue, transcript_of
from meeting import Meeting
from running_hub import PATIENCE
from work import Work

KINDS_AT_WORK = ("plain", "plain", "governed", "timed", "sleepy")
LIVES_OF_A_SESSION = 3        # then a fresh one takes its place, for what has ended is remembered for a while only
LONGEST_SESSION = 2000        # decisions; the same
MESSAGES_OF_A_LIFE = 40       # of one agent, at most
SYNCS = ("commit", "interval", "none")

# How a life ends, and how often.
ENDS = {"at_work": 50, "asleep": 8, "before_ready": 6, "at_ready": 6, "while_stopping": 8, "long_dead": 4, "clean": 8,
        "after_a_look": 8, "after_a_close": 4}


async def moment(seconds):
    """Any event would do, for it is the hub's moment that is to be hit, whatever it is doing: so none is awaited."""
    await asyncio.wait({asyncio.get_running_loop().create_future()}, timeout=seconds)


class Trial:
    def __init__(self, hub, seed, sync, figures, verbose):
        self.hub = hub
        self.dice = random.Random(seed)
        self.sync = sync
        self.figures = figures
        self.verbose = verbose
        self.meetings = []   # at work
        self.retired = []
        self.numbered = 0
        self.looked_at = None

    def say(self, *words):
        if self.verbose:
            print(f"  life {self.hub.life:4}:", *words, flush=True)

    async def run(self, kills):
        """Until the hub was killed so many times, and then once more for a last look at everything."""
        while kills > 0:
            kills -= await self.live(self.dice.choices(list(ENDS), list(ENDS.values()))[0])
        self.begin()
        self.figures.starts.append(self.hub.is_ready())
        for meeting in self.meetings + self.retired:
            self.look_at(meeting)
        self.hub.leave()
        self.hub.left()
        self.count_up(self.meetings)

    def begin(self):
        self.hub.begin(**{"store.sync": self.dice.choice(SYNCS) if self.sync == "all" else self.sync})

    async def live(self, end):
        """One life; how many times it was killed in the end."""
        self.begin()
        if end == "before_ready":
            await moment(self.dice.random() * 0.15)
            self.say(end)
            return self.kill()
        self.figures.starts.append(self.hub.is_ready())
        if end == "at_ready":
            self.say(end)
            return self.kill()
        if self.dice.random() < 0.5:  # else the agents are there first
            for meeting in self.meetings:
                self.look_at(meeting)
        self.rotate()
        if self.retired:
            self.look_at(self.dice.choice(self.retired))
        await self.gather(end)
        kills = await self.finish(end)
        await asyncio.gather(*(agent.gone() for meeting in self.meetings for agent in meeting.agents))
        if end == "clean":
            self.demand_polite_farewells()
        return kills

    # --- sessions ---

    def look_at(self, meeting):
        self.looked_at = meeting
        began = time.monotonic()
        while True:
            seen = look(meeting, self.hub)
            late = nothing_overdue(seen.snapshot) if seen else None
            if not late:
                break
            demand(time.monotonic() - began < PATIENCE, "a timer has not fired", late)
        if seen:
            self.figures.lines += len(seen.lines)
        self.looked_at = None

    def rotate(self):
        """Sessions that have lived long enough rest, or end; fresh ones take their places."""
        for meeting in list(self.meetings):
            sequence = meeting.transcript.snapshot["sequence"] if meeting.transcript else 0
            if meeting.checks >= LIVES_OF_A_SESSION or sequence > LONGEST_SESSION or meeting.is_closed:
                if self.dice.random() < 0.3 and meeting.is_made and not meeting.is_closed:
                    status, _, content = self.hub.admin("DELETE", f"/api/v1/sessions/{meeting.id}")
                    demand(status == 200, f"{meeting.id} could not be closed", status, content)
                    meeting.is_closed = True
                self.count_up([meeting])
                self.meetings.remove(meeting)
                self.retired.append(meeting)
        for kind in (*KINDS_AT_WORK, "empty"):
            if sum(each.kind == kind for each in self.meetings) < (*KINDS_AT_WORK, "empty").count(kind):
                self.numbered += 1
                meeting = Meeting(kind, self.numbered, self.dice)
                meeting.make(self.hub)
                self.meetings.append(meeting)
                self.figures.sessions += 1

    def count_up(self, meetings):
        for meeting in meetings:
            self.figures.sent += meeting.messages_sent
            self.figures.told += meeting.told

    # --- agents ---

    async def gather(self, end):
        """The agents come back, some of them as new processes, some with questions; and begin to work."""
        self.toil, self.is_ending = {}, False
        for meeting in self.meetings:
            if meeting.transcript:
                meeting.board.look_at(meeting.transcript.snapshot)
            if self.dice.random() < 0.1:
                continue  # nobody comes this time
            for agent in meeting.agents:
                if self.dice.random() < 0.1:
                    agent.is_new_process()
                self.toil[agent] = asyncio.ensure_future(self.work(agent, self.dice.random() < 0.4))

    async def work(self, agent, wants_missed):
        dice, meeting = agent.dice, agent.session
        try:
            agent.rests = False
            await agent.come(self.hub, wants_missed)
            line, work = agent.line, Work(agent)
            await asyncio.wait_for(line.welcomed.wait(), PATIENCE)
            while line.over is None and len(line.said) < MESSAGES_OF_A_LIFE and not (
                    meeting.is_closed or agent.rests):
                agent.write(work.burst())
                if dice.random() < 0.4:
                    await agent.has_heard_all()
                await asyncio.wait({line.listener}, timeout=dice.choice((0, 0, 0.002, 0.01)))
        except (OSError, EOFError, asyncio.TimeoutError):
            if self.hub.process.poll() is None and not self.is_ending:
                raise
        except Exception as why:
            if "websockets" not in type(why).__module__ or not self.is_ending:
                raise

    is_ending = False

    async def finish(self, end):
        """Waits for a moment that the dice choose, and ends the life."""
        before = self.told()
        goal, patience = self.dice.choice((5, 50, 200, 600, 1500)), self.dice.choice((0.02, 0.1, 0.2, 0.5))
        finished = asyncio.ensure_future(asyncio.wait(self.toil.values())) if self.toil else None
        began = time.monotonic()
        while self.told() - before < goal and time.monotonic() - began < patience and finished:
            if (await asyncio.wait({finished}, timeout=0.001))[0]:
                break
        if end == "asleep":
            await self.put_to_sleep()
        self.is_ending = True
        if end in ("after_a_look", "after_a_close"):
            # At once, on a thread of its own: what an operator is told while everybody works is kept as well.
            await asyncio.to_thread(self.look_and_kill if end == "after_a_look" else self.close_and_kill,
                                    self.dice.choice([each for each in self.meetings if each.is_made]))
        self.say(end, self.told() - before, "frames told")
        if end in ("clean", "while_stopping"):
            self.hub.leave()
        if end == "while_stopping":
            await moment(self.dice.random() * 0.03)
        if end == "clean":
            await asyncio.to_thread(self.hub.left)
            kills = 0
            self.figures.clean += 1
        else:
            kills = self.kill()
        if finished:
            await finished
        for task in self.toil.values():
            task.result()
        if end == "long_dead":
            await moment(2.1)  # the shortest times to live are over meanwhile
        return kills

    def told(self):
        return sum(meeting.told for meeting in self.meetings)

    async def put_to_sleep(self):
        """The agents of a session leave it in order; it leaves memory; sometimes they come back to it."""
        for meeting in (each for each in self.meetings if each.kind == "sleepy"):
            agents = [agent for agent in meeting.agents if agent.line and agent.line.over is None]
            for agent in agents:
                agent.rests = True
            await asyncio.gather(*(self.toil[agent] for agent in agents))
            for agent in agents:
                if agent.is_in:
                    await agent.say_goodbye()
                await agent.hang_up()
            end = time.monotonic() + 1.5
            while await asyncio.to_thread(self.is_loaded, meeting) and time.monotonic() < end:
                pass
            if time.monotonic() < end:
                self.figures.slept += 1
                if self.dice.random() < 0.5 and agents:
                    await asyncio.gather(*(self.work(agent, False) for agent in agents))

    def is_loaded(self, meeting):
        status, _, content = self.hub.admin("GET", "/api/v1/sessions?limit=1000")
        demand(status == 200, "the sessions can't be listed", content)
        return any(each["loaded"] for each in content["sessions"] if each["session_id"] == meeting.id)

    def look_and_kill(self, meeting):
        if self.dice.random() < 0.5:
            status, _, meeting.shown = self.hub.admin("GET", f"/api/v1/sessions/{meeting.id}/snapshot")
            self.hub.process.kill()
            demand(status == 200, f"{meeting.id} can't be looked at", meeting.shown)
        else:
            meeting.transcript = transcript_of(meeting, self.hub)
            self.hub.process.kill()
            meeting.shown = meeting.transcript.snapshot
            demand_agreement(meeting, meeting.transcript)

    def close_and_kill(self, meeting):
        status, _, content = self.hub.admin("DELETE", f"/api/v1/sessions/{meeting.id}")
        self.hub.process.kill()
        demand(status == 200, f"{meeting.id} could not be closed", content)
        meeting.is_closed = True

    # --- ends ---

    def kill(self):
        self.is_ending = True
        self.hub.die()
        self.figures.kills += 1
        return 1

    def demand_polite_farewells(self):
        for meeting in self.meetings:
            for agent in meeting.agents:
                line = agent.line
                if line and line.life == self.hub.life and agent.line.welcomed.is_set() and line.heard:
                    if line.over == 1000:  # it had hung up
                        continue
                    demand(line.over == 1012, f"{agent.principal} was closed with {line.over} when the hub restarted")
                    demand(meeting.is_closed or not any('"SESSION_CLOSE"' in text for text in line.heard),
                           f"{agent.principal} was told that {meeting.id} has ended when the hub restarted")


__all__ = ["Trial", "Violation"]
