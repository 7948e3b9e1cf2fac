"""What to wake somebody for: the alerts that docs/metrics.md shows and docs/alerts.rules.json gives to Prometheus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert."""

    name: str
    expr: str
    """In PromQL; true while something is wrong."""
    lasts: str
    """How long it must be true."""
    severity: Literal["page", "ticket"]
    """`page`: callers suffer now. `ticket`: look at it on a working day."""
    about: str
    """What is wrong, and what to do."""


ALERTS = (
    Alert(
        "CallsRefused", 'sum by (reason) (rate(voiced_calls_refused_total{reason!="draining"}[5m])) > 0', "2m", "page",
        "Callers are turned away. `full`: more workers or a higher `limits.calls`. `not_ready`: see `/readyz`. "
        "`no_flow`: a number in `numbers` is missing.",
    ),
    Alert(
        "CallsFail",
        'sum(rate(voiced_calls_ended_total{by="fault"}[15m])) > 0.02 * sum(rate(voiced_calls_ended_total[15m]))',
        "5m", "page", "More than 2 % of the calls end by a fault: look for `call_failed` in the log.",
    ),
    Alert(
        "AnswersAreSlow",
        "histogram_quantile(0.95, sum by (le) (rate(voiced_response_gap_seconds_bucket[15m]))) > 2", "10m", "page",
        "One answer in twenty comes after more than 2 s: `voiced_stage_seconds` says which stage.",
    ),
    Alert(
        "ProviderFails", "sum by (kind, provider) (rate(voiced_provider_failures_total[5m])) > 0.05", "5m", "page",
        "A provider fails again and again; `error` says how.",
    ),
    Alert(
        "LoopIsLate",
        "histogram_quantile(0.99, sum by (le, process) (rate(voiced_loop_lateness_seconds_bucket[5m]))) > 0.05",
        "5m", "page", "A worker does more than its core can: fewer calls for each worker, or more cores.",
    ),
    Alert(
        "SoundRunsOut", "sum(rate(voiced_underruns_total[15m])) > 0.1 * sum(rate(voiced_turns_total[15m]))", "10m",
        "ticket", "One answer in ten has a hole: the voice is slower than speech, or the loop is late.",
    ),
    Alert(
        "LinesHaveGaps", "sum(rate(voiced_line_gap_seconds_total[15m])) > 0.02 * sum(voiced_calls)", "15m", "ticket",
        "More than 2 % of the callers' sound does not arrive: the network between the carrier and here.",
    ),
    Alert(
        "ManyMisunderstandings",
        "sum(rate(voiced_misunderstandings_total[1h])) > 0.2 * sum(rate(voiced_turns_total[1h]))", "1h", "ticket",
        "One turn in five is not understood: play the flow's scenarios, add examples to its routes.",
    ),
    Alert(
        "JournalIsBehind", "max by (process) (voiced_journal_rows_waiting) > 2000", "2m", "page",
        "The database is slow or gone; at 10 000 rows new ones are lost.",
    ),
    Alert(
        "JournalLosesRows", "sum by (why) (increase(voiced_journal_rows_lost_total[10m])) > 0", "0m", "page",
        "Records of calls are lost: look for `journal_full` and `journal_row_refused` in the log.",
    ),
    Alert(
        "ConfigurationIsBroken", "max(voiced_config_broken) == 1", "10m", "ticket",
        "The files of the configuration are broken, and what runs is older: `voiced config status` says where.",
    ),
    Alert(
        "ProcessesDie", "sum by (kind) (increase(voiced_process_restarts_total[15m])) > 2", "0m", "page",
        "A process dies again and again: look for `process_died` and what it wrote before.",
    ),
    Alert(
        "JobsAreParked", 'sum by (job) (increase(voiced_jobs_total{outcome="parked"}[1h])) > 0', "0m", "ticket",
        "A job failed at every try: see `voiced jobs`.",
    ),
    Alert(
        "ProcessIsGone", "voiced_up == 0", "1m", "page", "A process does not tell its metrics: see `voiced run`'s log.",
    ),
)  # fmt: skip


def rules() -> dict[str, Any]:
    """Return the alerts as a rule file (prometheus.io/docs/prometheus/latest/configuration/alerting_rules)."""
    made = [
        {
            "alert": f"Voiced{alert.name}",
            "expr": alert.expr,
            "for": alert.lasts,
            "labels": {"severity": alert.severity},
            "annotations": {"summary": alert.about.replace("`", "")},
        }
        for alert in ALERTS
    ]
    return {"groups": [{"name": "voiced", "rules": made}]}
