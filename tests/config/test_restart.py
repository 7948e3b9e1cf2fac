"""Settings that take effect at once, and those that wait for the next start."""

import pytest

from voiced.config.describe import describe
from voiced.config.restart import restart_needed, waiting
from voiced.config.schema import schema


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ("", []),
        ("privacy: {data_ttl_days: 3}\nlimits: {calls: 3}\nlog: {level: debug}\n", []),
        ("server: {port: 9000, workers: 2}\n", ["server.port", "server.workers"]),
        ("log: {format: console}\n", ["log.format"]),
        ("store: {url: 'sqlite:///other.db'}\n", ["store.url"]),
        ("data_dir: elsewhere\n", ["data_dir"]),
        ("admin: {port: 9001}\njobs: {threads: 3}\n", ["admin.port", "jobs.threads"]),
    ],
)
def test_a_change_says_what_waits(read, working, changed, names):
    assert restart_needed(read(), read(working(new=changed))) == names


def test_the_page_says_it_too():
    said = {each.name for each in describe(schema({})) if "Takes effect at the next start." in each.about}
    assert said == set(waiting())
    assert {"server.host", "store.url", "cache_dir", "observe.otlp_endpoint", "providers.telco"} <= said
    assert not {name for name in said if name.split(".")[0] in ("numbers", "privacy", "limits", "reload")}
