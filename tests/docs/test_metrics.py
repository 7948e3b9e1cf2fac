"""A metric exists only if it is documented, and read by a test; an alert only if its metrics exist."""

import re
from pathlib import Path
from typing import get_args

import pytest

from voiced.observe.alerts import ALERTS, rules
from voiced.observe.metrics import DECLARED, REGISTRY
from voiced.observe.waterfall import Stage

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
TESTS = "".join(
    path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py") if path.parent.name != "docs"
)
OUTSIDE = {"voiced_up"}
"""Made when the processes' metrics are joined."""


def test_every_metric_is_declared_with_its_meaning():
    ours = {family.name for family in REGISTRY.collect() if family.name.startswith("voiced_")}
    assert ours == {name.removesuffix("_total") for name in DECLARED}


@pytest.mark.parametrize("metric", DECLARED.values(), ids=lambda metric: metric.name)
class TestEach:
    def test_says_its_unit_and_whose_it_is(self, metric):
        assert metric.name.startswith("voiced_")
        assert metric.name.endswith("_total") == (metric.kind == "counter")
        assert metric.kind != "histogram" or metric.name.endswith(("_seconds", "_bytes"))
        assert metric.about.endswith(".")

    def test_is_documented_with_its_labels(self, metric):
        (row,) = re.findall(rf"^\| `{metric.name}` \| {metric.kind} \| (.*?) \|", PAGE, re.MULTILINE)
        assert re.findall(r"`(\w+)`", row) == list(metric.labels)

    def test_is_read_by_a_test(self, metric):
        assert f'"{metric.name}"' in TESTS


def test_no_alert_watches_what_does_not_exist():
    for alert in ALERTS:
        for name in re.findall(r"voiced_\w+", alert.expr):
            base = re.sub(r"_(bucket|sum|count)$", "", name)
            assert {name, base} & {*DECLARED, *OUTSIDE}, f"{alert.name} watches {name}"


def test_no_alert_asks_for_labels_that_do_not_exist():
    for alert in ALERTS:
        for name, labels in re.findall(r"(voiced_\w+)\{([^}]*)\}", alert.expr):
            assert set(re.findall(r"(\w+)!?=", labels)) <= set(DECLARED[name].labels)


def test_the_rule_file_holds_every_alert():
    (group,) = rules()["groups"]
    assert [rule["alert"] for rule in group["rules"]] == [f"Voiced{alert.name}" for alert in ALERTS]
    assert all(rule["annotations"]["summary"] for rule in group["rules"])


def test_every_stage_is_explained():
    explained = PAGE.split("## Where a second goes")[1]
    assert set(re.findall(r"`(\w+)`", explained)) >= set(get_args(Stage))
