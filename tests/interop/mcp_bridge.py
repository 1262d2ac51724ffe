"""An MCP client of one's own: `mpac mcp` as a process, spoken to in JSON-RPC, line by line."""
import contextlib
import json
import queue
import subprocess
import threading
import time

from running_hub import PATIENCE, environment

REVISION = "2025-11-25"
STATELESS = "2026-07-28"


class Refused(Exception):
    """A JSON-RPC error."""

    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']}")
        self.code, self.message, self.data = error["code"], error["message"], error.get("data")


class Bridge:
    """One process. `call` and `ask` wait for the answer; notifications are kept in `told`."""

    def __init__(self, program, url, session, name, *options, revision=REVISION, patience=PATIENCE):
        command = [program, "mcp", url, session, "--name", name, "--patience", str(patience), *options]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, bufsize=1, env=environment())
        self.revision = revision
        self.told, self.answers, self.logged, self.next_id = queue.Queue(), {}, [], 0
        self.heard = threading.Condition()
        self.stray = []
        self.threads = [threading.Thread(target=work, daemon=True) for work in (self._read, self._read_log)]
        for thread in self.threads:
            thread.start()
        if revision == STATELESS:
            self.welcome = self.ask("server/discover")
        elif revision:
            self.welcome = self.ask("initialize", protocolVersion=revision, capabilities={},
                                    clientInfo={"name": "test", "version": "1"})
            self.say({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def _read(self):
        for line in self.process.stdout:
            message = json.loads(line)  # nothing but MCP is on standard output
            with self.heard:
                if isinstance(message, dict) and "method" in message:
                    self.told.put(message)
                elif isinstance(message, dict) and message.get("id") is not None:
                    self.answers[message["id"]] = message
                else:
                    self.stray.append(message)
                self.heard.notify_all()
        with self.heard:
            self.answers[None] = "the end"
            self.heard.notify_all()

    def _read_log(self):
        for line in self.process.stderr:
            with self.heard:
                self.logged.append(line)
                self.heard.notify_all()

    def say(self, message):
        self.write(json.dumps(message))

    def write(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def begin(self, method, **params):
        """Sends a request; its id."""
        self.next_id += 1
        if self.revision == STATELESS:
            params["_meta"] = {"io.modelcontextprotocol/protocolVersion": STATELESS,
                               "io.modelcontextprotocol/clientCapabilities": {}}
        self.say({"jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params})
        return self.next_id

    def _until(self, what, patience=PATIENCE):
        end = time.monotonic() + patience
        with self.heard:
            while not (found := what()):
                if None in self.answers or not self.heard.wait(end - time.monotonic()):
                    raise AssertionError(f"the bridge never said it; its log:\n{''.join(self.logged)}")
            return found

    def end(self, request, patience=PATIENCE):
        """The result of a request."""
        answer = self._until(lambda: self.answers.get(request), patience)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    def ask(self, method, **params):
        return self.end(self.begin(method, **params))

    def strays(self, count):
        """Answers without an id, and batches of answers, when there are so many."""
        return self._until(lambda: self.stray if len(self.stray) >= count else None)

    def logs(self, words):
        self._until(lambda: [line for line in self.logged if words in line])

    def call(self, tool, **arguments):
        """What a tool answers: (structure, text)."""
        result = self.ask("tools/call", name=tool, arguments=arguments)
        text = "\n".join(each["text"] for each in result["content"])
        assert not result["isError"], text
        return result.get("structuredContent"), text

    def fails(self, tool, **arguments):
        """The words with which a tool fails."""
        result = self.ask("tools/call", name=tool, arguments=arguments)
        assert result["isError"], result
        return "\n".join(each["text"] for each in result["content"])

    def hears(self, method, patience=PATIENCE, **params):
        """The next notification of this kind, its params holding these values; others are passed over."""
        end = time.monotonic() + patience
        while True:
            told = self.told.get(timeout=max(end - time.monotonic(), 0.001))
            if told["method"] == method and params.items() <= told.get("params", {}).items():
                return told.get("params", {})

    def wait_for(self, position, kind, **about):
        """Goes on from `position` until such an event; the event and where it stands."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found, _ = self.call("wait_for_event", position=position, timeout_seconds=5)
            position = found["position"]
            for each in found["events"]:
                if each["event"] == kind and about.items() <= each.items():
                    return each, position
        raise AssertionError(f"no {kind} {about}")

    def leave(self):
        """Closes its standard input; the exit code."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        code = self.process.wait(PATIENCE)
        for thread in self.threads:
            thread.join(PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()
        return code

    def kill(self):
        """Ends it, if that has not been done."""
        if self.process.poll() is None:
            self.process.kill()
        self.leave()
