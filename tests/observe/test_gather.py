"""The metrics of several processes under one address."""

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from voiced.observe.gather import gather
from voiced.observe.metrics import exposition


def told(calls=0, gaps=()):
    """What a process with so many calls would tell."""
    registry = CollectorRegistry()
    Gauge("voiced_calls", "Calls.", registry=registry).set(calls)
    Counter("voiced_ended_total", "Ended.", ["by"], registry=registry).labels('the "agent"\\\n').inc(calls)
    histogram = Histogram("voiced_gap_seconds", "Gaps.", registry=registry, buckets=(0.5, 1.0))
    for gap in gaps:
        histogram.observe(gap)
    return generate_latest(registry)


def samples(text):
    """Every sample: name and labels to value."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_each_series_says_whose_it_is():
    joined = samples(gather({"worker-0": told(3), "worker-1": told(4)}))
    assert joined["voiced_calls", (("process", "worker-0"),)] == 3
    assert joined["voiced_calls", (("process", "worker-1"),)] == 4


def test_a_metric_of_several_processes_is_one_family():
    text = gather({"worker-0": told(3), "jobs": told(4)}).decode()
    assert text.count("# TYPE voiced_calls gauge\n") == 1
    assert text.count("# HELP voiced_gap_seconds Gaps.\n") == 1
    families = [family.name for family in text_string_to_metric_families(text)]
    assert len(families) == len(set(families))


def test_nothing_is_lost_on_the_way():
    one = told(3, gaps=[0.3, 0.7, 2.0])
    marked = {
        (name, tuple(sorted([*labels, ("process", "jobs")]))): value for (name, labels), value in samples(one).items()
    }
    joined = samples(gather({"jobs": one}))
    assert joined.pop(("voiced_up", (("process", "jobs"),))) == 1
    assert joined == marked


def test_a_process_that_did_not_answer_is_named():
    joined = samples(gather({"worker-0": told(1), "worker-1": None}))
    assert joined["voiced_up", (("process", "worker-0"),)] == 1
    assert joined["voiced_up", (("process", "worker-1"),)] == 0


@given(st.binary())
def test_what_is_no_exposition_takes_nothing_down(noise):
    joined = samples(gather({"worker-0": told(1), "admin": noise + b"\n# TYPE\n\xff"}))
    assert joined["voiced_calls", (("process", "worker-0"),)] == 1
    assert joined["voiced_up", (("process", "admin"),)] == 0


def test_families_of_one_name_and_two_types_are_not_mixed():
    other = b"# TYPE voiced_calls_total counter\nvoiced_calls_total 9.0\n"
    text = gather({"worker-0": told(1), "worker-1": other}).decode()
    assert text.count("# TYPE voiced_calls") == 1


def test_our_own_exposition_survives():
    joined = samples(gather({"worker-0": exposition(), "worker-1": exposition()}))
    assert joined["voiced_calls", (("process", "worker-1"),)] >= 0
    assert ("process_open_fds", (("process", "worker-0"),)) in joined
