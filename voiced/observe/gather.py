"""The expositions of several processes, joined into one: every series gets the label `process`. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector


def gather(expositions: Mapping[str, bytes | None]) -> bytes:
    """Return one exposition of all processes; `expositions` by the process's name, None where it did not answer.

    `voiced_up` says of each process whether it told its metrics. What is no exposition counts as no answer.
    """
    up = GaugeMetricFamily("voiced_up", "Whether a process told its metrics.", labels=["process"])
    joined: dict[str, Metric] = {}
    for process, exposition in expositions.items():
        families = None if exposition is None else _families(exposition)
        up.add_metric([process], 0 if families is None else 1)
        for family in families or ():
            _join(joined, family, process)
    registry = CollectorRegistry()
    registry.register(_Joined([up, *joined.values()]))
    return generate_latest(registry)


def _families(exposition: bytes) -> list[Metric] | None:
    """Return the families of an exposition in Prometheus' text format; None where it is none."""
    try:
        return list(text_string_to_metric_families(exposition.decode()))
    except ValueError:  # UnicodeDecodeError is one
        return None


def _join(joined: dict[str, Metric], family: Metric, process: str) -> None:
    """Add one process's family to the family of that name; one of another type is left out."""
    into = joined.setdefault(family.name, Metric(family.name, family.documentation, family.type))
    if into.type == family.type:
        for sample in family.samples:
            labels = {**sample.labels, "process": process}
            into.add_sample(sample.name, labels, sample.value)


class _Joined(Collector):
    """Gives families to `generate_latest`."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        """Return the families."""
        return iter(self._families)
