"""The folder's helper module can be imported."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # the tests of this folder share `conversations`
