#!/usr/bin/env python3
"""The shared workspace: the sideband, file changes with a commit or not at all, and no way out of it.

usage: workspace_test.py MPAC_CLUSTER
"""
import hashlib
import pathlib
import tempfile

from hub_case import HubCase, main

ESCAPES = ("../../etc/passwd", "../secret.txt", "/etc/passwd", "..", ".", "", "a/../../secret.txt", "./../secret.txt",
           "%2e%2e/secret.txt", "..\\secret.txt", "src/../../secret.txt", "//etc/passwd", "a\x00b", "link.txt",
           "file:///etc/passwd", "~/.bashrc", "src/", "a//b", "./a.py")


def ref(content):
    return "sha256:" + hashlib.sha256(content.encode()).hexdigest()[:16]


class Workspace(HubCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mpac-interop-")
        cls.addClassCleanup(folder.cleanup)
        root = pathlib.Path(folder.name)
        cls.root = root / "shared"
        (root / "secret.txt").write_text("secret")
        for name, content in {"a.py": b"one\n", "src/b.py": b"dos\r\nmac\r\n", "ü.txt": "grüße".encode(),
                              "empty": b"", ".env": b"X=1\n", ".git/config": b"no",
                              "node_modules/x.js": b"no", ".gitignore": b"no",
                              "image.png": b"\x89PNG\xff"}.items():
            (cls.root / name).parent.mkdir(parents=True, exist_ok=True)
            (cls.root / name).write_bytes(content)
        (cls.root / "link.txt").symlink_to(root / "secret.txt")
        cls.settings = {"session.workspace_dir": str(cls.root)}
        super().setUpClass()

    async def files(self, visitor):
        await visitor.ask("FILE_LIST")
        return {each["path"]: each for each in (await visitor.hears("FILE_LIST_RESPONSE"))["files"]}

    async def test_files_are_listed_and_read_as_existing_clients_know_them(self):
        """[9.5-01] [9.5-02] Sizes count code points, references 16 digits of SHA-256, lines end in LF."""
        alice = await self.join("alice")
        listed = await self.files(alice)
        contents = {".env": "X=1\n", "a.py": "one\n", "empty": "", "src/b.py": "dos\nmac\n", "ü.txt": "grüße"}
        self.assertEqual(listed, {name: {"path": name, "state_ref": ref(content), "size": len(content)}
                                  for name, content in contents.items()})
        self.assertEqual(list(listed), sorted(listed))
        await alice.ask("FILE_READ", path="src/b.py")
        self.assertEqual(await alice.next(), {"type": "FILE_CONTENT", "path": "src/b.py", "content": "dos\nmac\n",
                                              "state_ref": ref("dos\nmac\n")})
        await alice.ask("FILE_READ", path="none.py")
        self.assertEqual(await alice.next(), {"type": "FILE_ERROR", "path": "none.py", "error": "File not found"})

    async def test_a_summary_tells_what_goes_on(self):
        """[9.5-01]"""
        alice = await self.join("alice")
        await alice.announce("i1", "a.py")
        await alice.hears("INTENT_ANNOUNCE")
        summary = await alice.hears_nothing()
        self.assertEqual((summary["session_id"], summary["participant_count"], summary["active_intent_count"],
                          summary["open_conflict_count"]), (self.session, 1, 1, 0))
        self.assertEqual(summary["active_intents"][0]["claimed_by"], None)

    async def test_a_commit_carries_its_files(self):
        """[16.3-01] [16.3-03] The relayed commit has no contents; FILE_UPDATED follows, to all."""
        alice, bob = await self.join("alice", "bob")
        letter = await alice.commit("o1", "a.py", ref("one\n"), ref("two\n"),
                                    file_changes={"a.py": {"content": "two\n", "state_ref_before": ref("one\n")},
                                                  "new/c.py": {"content": "new", "state_ref_before": "whatever"}})
        del letter["payload"]["file_changes"]
        for person in (alice, bob):
            await person.echoed(letter)
            updates = [await person.next(), await person.next()]
            self.assertEqual({each["path"]: each for each in updates}, {
                path: {"type": "FILE_UPDATED", "path": path, "state_ref": ref(content), "updated_by": "alice"}
                for path, content in (("a.py", "two\n"), ("new/c.py", "new"))})
        await bob.ask("FILE_READ", path="a.py")
        await bob.hears("FILE_CONTENT", content="two\n", state_ref=ref("two\n"))
        self.assertEqual((self.root / "a.py").read_text(), "one\n", "the hub writes no files")
        self.assertFalse((self.root / "new").exists())

    async def test_a_stale_change_changes_nothing_of_its_commit(self):
        """[16.3-01] One file of two is stale: neither is written, nobody hears of it."""
        alice, bob = await self.join("alice", "bob")
        await alice.commit("o1", "a.py", ref("one\n"), ref("two\n"),
                           file_changes={"a.py": {"content": "two\n", "state_ref_before": ref("one\n")}})
        for person in (alice, bob):
            await person.hears("OP_COMMIT")
            await person.hears("FILE_UPDATED")
        good, bad = {"content": "x", "state_ref_before": ref("")}, {"content": "3", "state_ref_before": ref("one\n")}
        for changes in ({"empty": good, "a.py": bad}, {"a.py": bad, "empty": good}):
            stale = await bob.commit("o2", "empty", ref(""), ref("x"), file_changes=changes)
            await bob.is_refused("STALE_STATE_REF", stale, "a.py")
        stale = await bob.commit("o3", "a.py", ref("one\n"), ref("three"))
        await bob.is_refused("STALE_STATE_REF", stale, "a.py")
        listed = await self.files(bob)
        self.assertEqual((listed["a.py"]["state_ref"], listed["empty"]["state_ref"]), (ref("two\n"), ref("")))
        await alice.hears_nothing()
        self.assertEqual([each["op_id"] for each in self.snapshot()["operations"]], ["o1"])

    async def test_the_reference_is_that_of_the_content(self):
        """[16.3-03] A wrong state_ref_after locks nobody out."""
        alice, bob = await self.join("alice", "bob")
        await alice.commit("o1", "a.py", ref("one\n"), "sha256:made-up",
                           file_changes={"a.py": {"content": "two\n", "state_ref_before": ref("one\n")}})
        await alice.hears("OP_COMMIT")
        await alice.hears("FILE_UPDATED", state_ref=ref("two\n"))
        await bob.commit("o2", "a.py", ref("two\n"), ref("three\n"),
                         file_changes={"a.py": {"content": "three\n", "state_ref_before": ref("two\n")}})
        for kind in ("OP_COMMIT", "FILE_UPDATED", "OP_COMMIT"):
            await bob.hears(kind)
        await bob.hears("FILE_UPDATED", state_ref=ref("three\n"))

    async def test_no_path_leads_out_when_reading(self):
        """[9.5-02]"""
        alice, bob = await self.join("alice", "bob")
        for path in ESCAPES:
            with self.subTest(path):
                await alice.ask("FILE_READ", path=path)
                message = await alice.next()
                self.assertTrue(message.get("type") == "FILE_ERROR" or
                                message["payload"]["error_code"] == "MALFORMED_MESSAGE", message)
                self.assertNotIn("root:", str(message))
        await bob.hears_nothing()

    async def test_no_path_leads_out_when_writing(self):
        """[9.5-02] [16.3-01]"""
        alice, bob = await self.join("alice", "bob")
        before = await self.files(alice)
        for path in ESCAPES:
            if path in ("link.txt", "~/.bashrc", "%2e%2e/secret.txt"):
                continue  # strange names, but names inside the workspace
            with self.subTest(path):
                letter = await alice.commit(f"o{path}", "a.py", ref("one\n"), ref("two\n"), file_changes={
                    "a.py": {"content": "two\n", "state_ref_before": ref("one\n")},
                    path: {"content": "evil", "state_ref_before": ""}})
                await alice.is_refused("MALFORMED_MESSAGE", letter)
        self.assertEqual(await self.files(alice), before)
        await bob.hears_nothing()
        self.assertEqual(self.snapshot()["operations"], [])
        self.assertEqual((self.root.parent / "secret.txt").read_text(), "secret")

    async def test_sideband_and_changes_of_wrong_types(self):
        """[22.1-01]"""
        alice, bob = await self.join("alice", "bob")
        for fields in ({}, {"path": None}, {"path": 7}, {"path": ["a.py"]}, {"path": {}}):
            await alice.ask("FILE_READ", **fields)
            await alice.is_refused("MALFORMED_MESSAGE", None, "path")
        for changes in (7, "a.py", ["a.py"], {"a.py": "text"}, {"a.py": None}, {"a.py": {"content": 7}},
                        {"a.py": {"content": "x", "state_ref_before": 7}}):
            letter = await alice.commit("o1", "a.py", ref("one\n"), ref("x"), file_changes=changes)
            await alice.is_refused("MALFORMED_MESSAGE", letter, "file_changes")
        await alice.hears_nothing()
        await bob.hears_nothing()

    async def test_the_admin_side_shows_the_same_files(self):
        """[9.5-01]"""
        alice = await self.join("alice")
        listed = list((await self.files(alice)).values())
        files = f"/api/v1/sessions/{self.session}/files"
        status, _, content = self.hub.admin("GET", files)
        self.assertEqual((status, content["files"]), (200, listed))
        status, _, content = self.hub.admin("GET", f"{files}/src/b.py")
        self.assertEqual(status, 200)
        self.assertIn("dos\nmac\n", content if isinstance(content, str) else content["content"])
        for path in ("none.py", "..%2f..%2fsecret.txt", "../../secret.txt", "%2e%2e/secret.txt"):
            status, _, content = self.hub.admin("GET", f"{files}/{path}")
            self.assertIn(status, (400, 404))
            self.assertIn("error", content)


class BeforeHello(HubCase):
    settings = {"session.files_before_hello": True}

    async def test_files_before_hello_where_the_session_allows_it(self):
        """[14.1-02]"""
        stranger = await self.visit("stranger")
        await stranger.ask("FILE_LIST")
        await stranger.hears("FILE_LIST_RESPONSE", files=[])


if __name__ == "__main__":
    main()
