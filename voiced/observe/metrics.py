"""Every metric of voiced, declared once: name, help, labels, buckets.

Labels are few and take few values: never a call, a number or a text. Each process has one registry; the admin gathers
those of all processes.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest

REGISTRY = CollectorRegistry()
"""The metrics of this process."""


def exposition() -> bytes:
    """Return the metrics in Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats)."""
    return generate_latest(REGISTRY)
