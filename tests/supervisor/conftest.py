"""Hosts of several processes: the worker's test project, under a supervisor."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "daemon"))  # the worker's house
sys.path.insert(0, str(Path(__file__).parent))
