"""What the tests of `mpac mcp` share: a hub for a class of tests, and bridges to it."""
import sys

MPAC = sys.argv.pop(2) if len(sys.argv) > 2 and not sys.argv[2].startswith("-") else "build/mpac"

from hub_case import PROGRAM, HubCase, main
from mcp_bridge import Bridge

__all__ = ["MPAC", "PROGRAM", "McpCase", "main"]


class McpCase(HubCase):
    def bridge(self, name, *options, **more):
        """An MCP client whose participant is agent:<name>; it ends with the test."""
        made = Bridge(MPAC, self.hub.url(""), self.session, name, *options, **more)
        self.addCleanup(made.kill)
        return made
