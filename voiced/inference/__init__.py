"""The inference process: models shared by all call workers of a host, behind a local socket.

`serve` runs in a process of its own, `Inference` in every worker. No model ever runs in a worker's loop: a worker
sends a request (model, method, plain arguments) and awaits the reply, so a slow model delays its own answer only.

The process must be started with `ENVIRONMENT` in its environment: BLAS threads spin after each product and
doubled the CPU cost of small models where they were left on.
"""

from voiced.inference.client import Inference
from voiced.inference.server import ENVIRONMENT, serve

__all__ = ["ENVIRONMENT", "Inference", "serve"]
