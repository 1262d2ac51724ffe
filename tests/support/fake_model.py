#!/usr/bin/env python3
"""A server that speaks Anthropic's Messages API as it is documented, for agents that have no model behind them.

It checks each request as the API does, and answers through the tool that has to be used, streamed or whole. Its own
mind understands one kind of task, 'Add the line "Bob plants beans" to plan.txt': it names the files of the listing that
the task names, and gives back each file as it was shown to it, with that line at its end. Tests may give it another
mind.

usage: fake_model.py [--port PORT] [--by-hand]
"""
import argparse
import http.server
import json
import re
import sys
import threading

KNOWN = {"model", "max_tokens", "messages", "system", "stream", "tools", "tool_choice", "output_config", "temperature",
         "metadata"}
PIECE = 11  # letters in one event of a stream


class Refused(Exception):
    """An error of the API."""

    def __init__(self, status, kind, message):
        super().__init__(message)
        self.status, self.kind = status, kind


def require(is_so, message, status=400, kind="invalid_request_error"):
    if not is_so:
        raise Refused(status, kind, message)


def is_text(value):
    return isinstance(value, str) and value != ""


def check(target, headers, body):
    """The name of the tool that has to be used; None: a text is wanted."""
    require(target == "/v1/messages", "Not found", 404, "not_found_error")
    require(headers.get("x-api-key"), "x-api-key header is required", 401, "authentication_error")
    require(headers.get("anthropic-version") == "2023-06-01", "anthropic-version: header is required")
    require(headers.get("content-type") == "application/json", "content-type: application/json is required")
    require(isinstance(body, dict), "The request body is not valid JSON")
    for name in body:
        require(name in KNOWN, f"{name}: Extra inputs are not permitted")
    require(is_text(body.get("model")), "model: Field required")
    most = body.get("max_tokens")
    require(isinstance(most, int) and most > 0, "max_tokens: Input should be greater than or equal to 1")
    turns = body.get("messages")
    require(isinstance(turns, list) and turns, "messages: at least one message is required")
    for turn in turns:
        require(isinstance(turn, dict) and turn.get("role") in ("user", "assistant"), "messages: no such role")
        require(is_text(turn.get("content")), "messages: text content blocks must be non-empty")
    require(turns[0]["role"] == "user", 'messages: first message must use the "user" role')
    names = []
    for tool in body.get("tools", []):
        require(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", tool.get("name", "")), "tools.0.name: String should match pattern")
        require(tool.get("input_schema", {}).get("type") == "object",
                "tools.0.input_schema.type: Input should be 'object'")
        names.append(tool["name"])
    choice = body.get("tool_choice")
    require(choice is None or (choice.get("type") == "tool" and choice.get("name") in names),
            "tool_choice: no such tool")
    return choice and choice["name"]


def quoted(text, what):
    """What stands in the prompt between the marks for it."""
    found = re.search(rf"^<(\S+) {what}>\n(.*?)^</\1>$", text, re.DOTALL | re.MULTILINE)
    require(found, f"this model finds no <… {what}> in the question")
    return found.group(2)


def mind_of_lines(form, text):
    """What is to be in the answer's tool: it is read from the question alone."""
    task = re.search(r"The person's task:\n(.*?)\n\n", text, re.DOTALL)
    wanted = task and re.search(r'[Aa]dd the line "([^"\n]+)" to ', task.group(1))
    line = wanted and wanted.group(1)
    if form == "announce_intent":
        listed = [row.split("\t")[0] for row in quoted(text, "files").splitlines()]
        behind = task.group(1)[wanted.end():] if line else ""
        files = [path for path in listed if re.search(rf"(?<![\w./-]){re.escape(path)}(?![\w/-])", behind)]
        why = "the task names them" if files else 'this model only understands: Add the line "…" to FILE'
        return {"objective": f"add the line '{line}'" if line else "", "files": files, "reason": why}
    if form == "decide_conflict":
        kind = re.search("^category: (.*)$", quoted(text, "conflict"), re.MULTILINE).group(1)
        is_harmless = kind == "scope_overlap"
        return {"decision": "proceed" if is_harmless else "yield",
                "reason": "a file has room for both lines" if is_harmless else f"{kind} is beyond a model of lines"}
    if form == "write_file":
        _, _, content = quoted(text, "file").partition("\n---\n")
        if not line or line in content.splitlines():
            return {"action": "keep", "content": "", "summary": "the line is there"}
        return {"action": "replace", "content": f"{content}{line}\n", "summary": f"adds the line '{line}'"}
    raise Refused(400, "invalid_request_error", f"this model has no thought for {form}")


def message(form, thought, model):
    block = {"type": "tool_use", "id": "toolu_01A", "name": form, "input": thought} if form else {
        "type": "text", "text": thought}
    return {"id": "msg_01A", "type": "message", "role": "assistant", "model": model, "content": [block],
            "stop_reason": "tool_use" if form else "end_turn", "stop_sequence": None,
            "usage": {"input_tokens": 25, "output_tokens": 15}}


def events(whole):
    """The same message as it is streamed: its text, or the JSON of its input, in pieces."""
    (block,) = whole["content"]
    is_tool = block["type"] == "tool_use"
    text = json.dumps(block["input"]) if is_tool else block["text"]
    yield {"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}}
    yield {"type": "content_block_start", "index": 0,
           "content_block": {**block, "input": {}} if is_tool else {**block, "text": ""}}
    yield {"type": "ping"}
    for at in range(0, len(text), PIECE):
        piece = text[at:at + PIECE]
        yield {"type": "content_block_delta", "index": 0,
               "delta": {"type": "input_json_delta", "partial_json": piece} if is_tool else {
                   "type": "text_delta", "text": piece}}
    yield {"type": "content_block_stop", "index": 0}
    yield {"type": "message_delta", "delta": {"stop_reason": whole["stop_reason"], "stop_sequence": None},
           "usage": {"output_tokens": 15}}
    yield {"type": "message_stop"}


class Answering(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        text = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            try:
                body = json.loads(text)
            except ValueError:
                body = None
            form = check(self.path, self.headers, body)
            thought = self.server.mind(form, body["messages"][-1]["content"])
            whole = message(form, thought, body["model"])
        except Refused as why:
            return self.reply(why.status, json.dumps(
                {"type": "error", "error": {"type": why.kind, "message": str(why)}, "request_id": "req_01A"}))
        if not body.get("stream"):
            return self.reply(200, json.dumps(whole))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for each in events(whole):
            chunk = f"event: {each['type']}\ndata: {json.dumps(each)}\n\n".encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        self.wfile.write(b"0\r\n\r\n")

    def reply(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class FakeModel(http.server.ThreadingHTTPServer):
    """Listens on this machine alone: what comes is a key in the clear. `mind(form, text)` gives the tool's input."""

    daemon_threads = True

    def __init__(self, mind=mind_of_lines, port=0):
        super().__init__(("127.0.0.1", port), Answering)
        self.mind = mind

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


def by_hand(mind):
    """The same mind, which speaks only when somebody presses Enter."""
    one_at_a_time = threading.Lock()

    def patient(form, text):
        with one_at_a_time:
            thought = mind(form, text)
            print(f"{form}: {json.dumps(thought, ensure_ascii=False)}, and Enter sends it", flush=True)
            sys.stdin.readline()
        return thought

    return patient


def main():
    options = argparse.ArgumentParser(description="A stand-in for a model: Anthropic's Messages API on this machine.")
    options.add_argument("--port", type=int, default=8080)
    options.add_argument("--by-hand", action="store_true", help="wait for Enter before each answer")
    chosen = options.parse_args()
    with FakeModel(by_hand(mind_of_lines) if chosen.by_hand else mind_of_lines, chosen.port) as model:
        print(f"a model of lines at {model.url}, until Ctrl-C", flush=True)
        try:
            model.serve_forever()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
