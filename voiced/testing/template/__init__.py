"""A plugin's first project, for each kind: `acme` is a provider that works, and the test that holds it to its contract.

Each kind has a module and a test beside it (`tts`, `tts_test`). `project` gives the files under another name.
"""

from voiced.testing.template.project import KINDS, NAME, project

__all__ = ["KINDS", "NAME", "project"]
