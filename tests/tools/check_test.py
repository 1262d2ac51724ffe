#!/usr/bin/env python3
"""tools/check speaks about every rule it knows, and is silent in a house in order."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECK = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check"

HEADER = "// What a thing is, in one sentence.\n#pragma once\n"


class HouseRules(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name)
        self.write("net/CMakeLists.txt", "mpac_room(net SOURCES listener.cpp)")
        self.write("net/listener.cpp", '#include "base/result.hpp"\n#include <boost/asio.hpp>\n#include <vector>\n')
        self.write("net/listener.hpp", HEADER)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def check(self):
        return subprocess.run([sys.executable, CHECK, "--root", self.root], text=True, capture_output=True, check=False)

    def speaks(self, path, text, *words):
        """Says so, and only so, once `text` stands in `path`."""
        self.write(path, text)
        said = self.check()
        self.assertEqual(said.returncode, 1, f"silent about {path}: {said.stdout}")
        self.assertIn(path, said.stdout)
        for word in words:
            self.assertIn(word, said.stdout)
        self.assertIn("\n1 to mend", said.stdout)

    def test_a_house_in_order_is_left_in_peace(self):
        said = self.check()
        self.assertEqual((said.returncode, said.stderr), (0, ""), said.stdout)

    def test_a_door_must_not_name_an_actor(self):
        self.speaks("net/door.hpp", HEADER + '#include "actors/handles.hpp"\n', "net/door.hpp:3", "gateway")

    def test_an_actor_must_not_name_a_door(self):
        self.speaks("actors/mail.hpp", HEADER + '#include "net/door.hpp"\n', "gateway")

    def test_base_uses_nobody(self):
        self.speaks("base/clock.hpp", HEADER + '#include "protocol/ids.hpp"\n', "nothing but itself")

    def test_the_law_knows_no_actor(self):
        self.speaks("protocol/session.hpp", HEADER + '#include "actors/handles.hpp"\n', "pure")

    def test_an_include_that_does_not_start_at_the_root(self):
        self.speaks("net/door.hpp", HEADER + '#include "listener.hpp"\n', '"net/listener.hpp"')

    def test_a_foreign_header_in_the_wrong_place(self):
        for path, header in (
            ("protocol/scope.hpp", "simdjson.h"),
            ("protocol/scope.hpp", "rapidjson/document.h"),
            ("protocol/scope.hpp", "caf/all.hpp"),
            ("actors/mail.hpp", "boost/asio/ip/tcp.hpp"),
            ("net/door.hpp", "caf/actor.hpp"),
            ("net/door.hpp", "toml++/toml.h"),
            ("protocol/scope.hpp", "openssl/sha.h"),
            ("tests/net/door.hpp", "catch2/catch.hpp"),
        ):
            with self.subTest(path=path, header=header):
                self.speaks(path, HEADER + f"#include <{header}>\n", f"<{header}>")
                (self.root / path).unlink()

    def test_a_name_that_attracts_dust(self):
        for name in ("net/util.hpp", "net/socket_helpers.hpp", "net/types.hpp", "net/common/door.hpp"):
            with self.subTest(name=name):
                self.speaks(name, HEADER, "named after no thing")
                (self.root / name).unlink()

    def test_a_header_that_does_not_say_what_it_is(self):
        self.speaks("net/door.hpp", "#pragma once\n", "what this header is")

    def test_a_header_without_its_guard(self):
        self.speaks("net/door.hpp", "// What a thing is, in one sentence.\nint answer();\n", "#pragma once")

    def test_a_header_of_the_law_that_cites_no_chapter(self):
        self.speaks("protocol/rules/intent_rules.hpp", HEADER, "chapter")

    def test_a_file_of_two_ideas(self):
        self.speaks("net/door.hpp", HEADER + "\n" * 450, "452 lines")

    def test_a_line_over_the_edge(self):
        self.speaks("net/door.hpp", HEADER + "// " + "x" * 118 + "\n", "121 columns")

    def test_a_table_aligned_by_hand_may_be_wider(self):
        row = "// " + "x" * 150 + "\n"
        self.write("net/codes.hpp", HEADER + "// clang-format off\n" + row + "// clang-format on\n")
        self.assertEqual(self.check().returncode, 0)
        self.speaks("net/codes.hpp", HEADER + "// clang-format off\n// clang-format on\n" + row, "153 columns")

    def test_many_of_a_kind_are_told_briefly(self):
        self.write("net/door.hpp", HEADER + ("// " + "x" * 118 + "\n") * 50)
        said = self.check().stdout
        self.assertIn("the same 47 times more", said)
        self.assertIn("50 to mend", said)
        self.assertLess(len(said.splitlines()), 15)

    def test_unfinished_work(self):
        self.speaks("net/door.hpp", HEADER + "// " + "TO" + "DO later\n", "unfinished")

    def test_waiting_for_time_to_pass(self):
        self.speaks("net/door.hpp", HEADER + "inline void f() { std::this_thread::sleep_" + "for(1s); }\n", "event")

    def test_a_function_that_happens_to_be_called_sleep(self):
        self.write("net/door.hpp", HEADER + "struct loop { void sleep(); };\n")
        self.assertEqual(self.check().returncode, 0)

    def test_a_test_that_nobody_builds(self):
        self.write("tests/net/CMakeLists.txt", "mpac_tests(net SOURCES listener_test.cpp)")
        self.write("tests/net/listener_test.cpp", "int listener();\n")
        self.speaks("tests/net/door_test.cpp", "int door();\n", "nobody builds it")

    def test_a_link_that_leads_nowhere(self):
        self.write("README.md", "[the doors](net/listener.hpp), [the web](https://example.org)\n")
        self.speaks("docs/doors.md", "[gone](../net/gone.hpp)\n", "net/gone.hpp leads nowhere")

    def test_a_room_that_nobody_planned(self):
        self.speaks("attic/door.hpp", HEADER, "not a room")


if __name__ == "__main__":
    unittest.main()
