#!/usr/bin/env python3
"""What each revision of MCP gets from `mpac mcp`, and what is no MCP at all.

usage: mcp_revisions_test.py MPAC_CLUSTER MPAC
"""
from mcp_case import McpCase, main
from mcp_bridge import REVISION, STATELESS, Refused

HANDSHAKES = ("2024-11-05", "2025-03-26", "2025-06-18", REVISION)
TOOLS = {"who_is_working", "begin_task", "check_overlap", "get_file_state", "submit_change", "ack_conflict",
         "escalate_conflict", "resolve_conflict", "take_over_task", "yield_task", "defer_intent", "list_files",
         "read_file", "search_files", "update_intent", "propose_change", "wait_for_event"}


class Revisions(McpCase):
    """Each revision of MCP gets what is in it, and nothing else."""

    def test_a_handshake_ends_with_the_revision_that_was_asked_for(self):
        for revision in HANDSHAKES:
            with self.subTest(revision):
                bridge = self.bridge(f"agent-{revision}", revision=revision)
                self.assertEqual(bridge.welcome["protocolVersion"], revision)
                self.assertIn("begin_task", bridge.welcome["instructions"])
                tools = bridge.ask("tools/list")["tools"]
                self.assertEqual({each["name"] for each in tools}, TOOLS)
                for each in tools:
                    self.assertEqual("annotations" in each, revision >= "2025-03-26")
                    self.assertEqual("outputSchema" in each, revision >= "2025-06-18")
                    self.assertEqual("title" in each, revision >= "2025-06-18")
                result = bridge.ask("tools/call", name="who_is_working")
                self.assertEqual("structuredContent" in result, revision >= "2025-06-18")
                self.assertEqual(result["content"][0]["type"], "text")
                self.assertNotIn("resultType", result)
                self.assertEqual(bridge.ask("ping"), {})
                with self.assertRaises(Refused) as refused:
                    bridge.ask("resources/read", uri=f"mpac://{self.session}/files/no%20such")
                self.assertEqual(refused.exception.code, -32002)
                self.assertEqual(bridge.leave(), 0)

    def test_an_unknown_revision_is_answered_with_the_newest_that_has_a_handshake(self):
        for wanted in ("1999-01-01", STATELESS, "2099-01-01"):
            bridge = self.bridge("alice", revision=None)
            said = bridge.ask("initialize", protocolVersion=wanted, capabilities={}, clientInfo={})
            self.assertEqual(said["protocolVersion"], REVISION)
            bridge.leave()

    def test_without_a_handshake_each_request_stands_for_itself(self):
        bridge = self.bridge("alice", revision=STATELESS)
        self.assertEqual(bridge.welcome["supportedVersions"][0], STATELESS)
        for method, params in (("server/discover", {}), ("tools/list", {}), ("resources/list", {}),
                               ("resources/templates/list", {}),
                               ("resources/read", {"uri": f"mpac://{self.session}/session"})):
            result = bridge.ask(method, **params)
            self.assertEqual(result["resultType"], "complete")
            self.assertGreaterEqual(result["ttlMs"], 0)
            self.assertIn(result["cacheScope"], ("public", "private"))
            self.assertEqual(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "mpac")
        for gone in ("ping", "resources/subscribe", "logging/setLevel", "prompts/list"):
            with self.assertRaises(Refused) as refused:
                bridge.ask(gone)
            self.assertEqual(refused.exception.code, -32601)
        with self.assertRaises(Refused) as refused:
            bridge.ask("resources/read", uri="mpac://another/session")
        self.assertEqual(refused.exception.code, -32602)
        bridge.say({"jsonrpc": "2.0", "id": "v", "method": "tools/list",
                    "params": {"_meta": {"io.modelcontextprotocol/protocolVersion": "1900-01-01"}}})
        with self.assertRaises(Refused) as refused:
            bridge.end("v")
        self.assertEqual(refused.exception.code, -32022)
        self.assertIn(STATELESS, refused.exception.data["supported"])
        bridge.say({"jsonrpc": "2.0", "id": "c", "method": "tools/list",
                    "params": {"_meta": {"io.modelcontextprotocol/protocolVersion": STATELESS}}})
        with self.assertRaises(Refused) as refused:
            bridge.end("c")
        self.assertEqual(refused.exception.code, -32602)

    def test_both_eras_on_one_process(self):
        bridge = self.bridge("alice")
        task = bridge.call("begin_task", objective="one", files=["a.py"])[0]["task"]
        bridge.revision = STATELESS
        self.assertEqual(bridge.call("yield_task", task=task)[0]["task"], task)

    def test_batches_are_of_one_revision(self):
        bridge = self.bridge("alice", revision="2025-03-26")
        ping = [{"jsonrpc": "2.0", "id": number, "method": "ping"} for number in ("a", "b")]
        bridge.say([*ping, {"jsonrpc": "2.0", "method": "notifications/unknown"}, 5])
        answers, = bridge.strays(1)
        self.assertEqual({each.get("id") for each in answers}, {"a", "b", None})
        self.assertEqual({each["error"]["code"] for each in answers if "error" in each}, {-32600})
        newer = self.bridge("bob")
        newer.say(ping)
        self.assertEqual(newer.strays(1)[0]["error"]["code"], -32600)

    def test_what_is_no_message_is_answered_and_passed_over(self):
        bridge = self.bridge("alice")
        for number, (line, code) in enumerate((("{", -32700), ("{}", -32600), ("7", -32600), ("[]", -32600),
                                               ('{"jsonrpc":"1.0","method":"ping"}', -32600),
                                               ('{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600),
                                               ("[" * 100000, -32700), ("\x00", -32700)), 1):
            bridge.write(line)
            self.assertEqual(bridge.strays(number)[-1]["error"]["code"], code, line[:40])
        for params in ([], "x"):
            bridge.say({"jsonrpc": "2.0", "id": "p", "method": "tools/call", "params": params})
            with self.assertRaises(Refused) as refused:
                bridge.end("p")
            self.assertEqual(refused.exception.code, -32602)
            del bridge.answers["p"]
        for method, params in (("tools/call", {}), ("tools/call", {"name": "no_such"}), ("tools/list", {"cursor": "x"}),
                               ("tools/call", {"name": "list_files", "arguments": 3})):
            with self.assertRaises(Refused) as refused:
                bridge.ask(method, **params)
            self.assertEqual(refused.exception.code, -32602)
        bridge.write("")
        self.assertEqual(bridge.ask("ping"), {})

    def test_nothing_is_asked_before_the_handshake(self):
        bridge = self.bridge("alice", revision=None)
        bridge.revision = REVISION
        self.assertEqual(bridge.ask("ping"), {})
        with self.assertRaises(Refused) as refused:
            bridge.ask("tools/list")
        self.assertEqual(refused.exception.code, -32600)

    def test_what_is_cancelled_is_not_answered(self):
        bridge = self.bridge("alice")
        bridge.call("who_is_working")
        waits = bridge.begin("tools/call", name="wait_for_event", arguments={"timeout_seconds": 2})
        bridge.say({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": waits}})
        bridge.call("wait_for_event", timeout_seconds=3)  # ends later
        self.assertNotIn(waits, bridge.answers)


if __name__ == "__main__":
    main()
