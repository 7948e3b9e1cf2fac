"""The kit works where there is no test runner, and no hypothesis but for carriers."""

import subprocess
import sys

ALONE = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"pytest", "_pytest", "hypothesis"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Missing())
from voiced.testing.conformance import check_tool
from voiced.testing.template.tool_test import rig

print(len(check_tool(rig)), "promises kept")
"""


def test_a_plugin_can_be_checked_without_them():
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=False)
    assert done.stdout == "7 promises kept\n", done.stderr
