"""`voiced config set`, `unset`, `history`, `diff`, `rollback`, `status`: as an operator types them."""

import getpass
import json
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "fleet"))

from desk import Desk, open_desks

from voiced.config.history import History
from voiced.config.reader import examine
from voiced.daemon.control.answers import answer
from voiced.registry import discover


@pytest.fixture
def took_effect(project):
    """Record the files as a worker does when it took them; return their version."""

    def record():
        bundle = examine(Path("voiced.yaml"), os.environ, discover()).bundle
        return History(project / "data" / "config").record(bundle).version

    return record


class Worker(Desk):
    """A worker's control socket that tells a condition of the configuration."""

    def __init__(self, data_dir, number=0, **condition):
        super().__init__(data_dir, number)
        told = {"version": "0" * 12, "taken_at": 1.0, "source": "files", "problems": [], "restart_needed": []}
        self.condition = told | condition

    def routes(self):
        return super().routes() | {"/v1/config": {"GET": self._config}}

    async def _config(self, _request):
        return answer(self.condition)


def test_a_setting_is_set_and_comments_stay(project, voiced):
    before = (project / "voiced.yaml").read_text(encoding="utf-8")
    printed = voiced("config", "set", "privacy.data_ttl_days", "30")
    assert (printed.code, printed.err) == (0, "")
    assert printed.out.startswith("voiced.yaml: privacy.data_ttl_days is set; version ")
    after = (project / "voiced.yaml").read_text(encoding="utf-8")
    assert after == before.replace("data_ttl_days: 90 #", "data_ttl_days: 30 #")
    assert "says so already" in voiced("config", "set", "privacy.data_ttl_days", "30").out
    assert "limits.calls has its default" in voiced("config", "unset", "limits.calls").out
    assert "  calls:" not in (project / "voiced.yaml").read_text(encoding="utf-8")


def test_a_value_is_read_as_what_the_setting_is(project, voiced):
    voiced("config", "set", "privacy.company", "1984")
    voiced("config", "set", "privacy.recording_enabled", "true")
    voiced("config", "set", "fallback.llm", "[local]")
    shown = {line["name"]: line["value"] for line in json.loads(voiced("config", "show", "--json").out)}
    assert shown["privacy.company"] == "1984"
    assert shown["privacy.recording_enabled"] is True
    assert shown["fallback.llm"] == ["local"]


def test_what_waits_for_a_restart_says_so(project, voiced):
    assert "server.workers takes effect at the next start" in voiced("config", "set", "server.workers", "2").out
    assert "next start" not in voiced("config", "set", "limits.calls", "5").out


@pytest.mark.parametrize(
    ("arguments", "env", "says"),
    [
        (["limits.calls", "many"], {}, "limits/calls: expected a whole number"),
        (["limits.calls", "["], {}, "VALUE:2:1: a list in [...] or a mapping in {...} is not closed"),
        (["providers.stt", "locla"], {}, "did you mean 'local'?"),
        (["plugins.twilio.auth_tokens", "[abc]"], {}, "a secret may not be written into this file"),
        (["providers.stt", "local"], {"STT_PROVIDER": "local"}, "STT_PROVIDER: decides over providers.stt"),
    ],
)
def test_what_would_not_be_good_is_refused(project, voiced, arguments, env, says):
    before = (project / "voiced.yaml").read_bytes()
    printed = voiced("config", "set", *arguments, **env)
    assert printed.code == 2
    assert says in printed.err
    assert (project / "voiced.yaml").read_bytes() == before


def test_the_history_tells_who_and_why_and_the_way_back(project, voiced, took_effect):
    first = took_effect()
    voiced("config", "set", "limits.calls", "5", "--reason", "essai")
    second = took_effect()
    newest, oldest = voiced("config", "history").out.splitlines()
    assert newest.startswith(second)
    assert newest.endswith(f"{getpass.getuser():<12} essai")
    assert oldest.startswith(first)
    (only,) = json.loads(voiced("config", "history", "--limit", "1", "--json").out)
    assert (only["version"], only["parent"], only["reason"]) == (second, first, "essai")
    assert "-  calls: 20 #" in voiced("config", "diff", first[:6], second[:6]).out
    assert voiced("config", "diff", second).out == "nothing is different"
    printed = voiced("config", "rollback", first[:6])
    assert printed.out == f"voiced.yaml and the flows are those of version {first} again\n"
    assert "+  calls: 20 #" in voiced("config", "diff", second).out


def test_files_that_never_took_effect_are_written_over_only_by_force(project, voiced, took_effect, change):
    first = took_effect()
    change("calls: 20", "calls: 21")
    printed = voiced("config", "rollback", first)
    assert printed.code == 2
    assert "never took effect" in printed.err
    assert voiced("config", "rollback", first, "--force").code == 0
    assert "calls: 20" in (project / "voiced.yaml").read_text(encoding="utf-8")


def test_no_history_and_no_such_version(project, voiced):
    assert voiced("config", "history").out == "no configuration took effect yet: start voiced\n"
    printed = voiced("config", "rollback", "abcd")
    assert (printed.code, "there is no version 'abcd'" in printed.err) == (2, True)


def test_the_status_of_files_that_nobody_runs(project, voiced):
    printed = voiced("config", "status")
    assert printed.code == 0
    assert printed.out.startswith("files     valid, version ")
    assert printed.out.endswith("\nno worker runs\n")


def test_the_status_says_what_is_wrong_and_what_runs_meanwhile(project, voiced, change, took_effect):
    version = took_effect()
    change("stt: local", "stt: locla")
    flow = project / "flows" / "echo.yaml"
    flow.write_text(flow.read_text(encoding="utf-8").replace("start: ", "start: x"), encoding="utf-8")
    known = {"file": str(project / "voiced.yaml"), "line": 16, "column": 8, "fix": "did you mean 'local'?"}
    known["reason"] = "there is no stt provider 'locla'"
    with open_desks(
        Worker(project / "data", 0, version=version, problems=[known]), Worker(project / "data", 1, source="history")
    ):
        printed = voiced("config", "status")
        told = json.loads(voiced("config", "status", "--json").out)
    assert printed.code == 2
    assert "files     2 problems" in printed.out
    assert "voiced.yaml:16:8: there is no stt provider 'locla' — did you mean 'local'?" in printed.out
    assert "echo.yaml" in printed.out
    assert "refused" not in printed.out  # it is what the files say already
    assert f"worker 0  version {version}, since 1970-01-01" in printed.out
    assert "worker 1  the last good version, version 000000000000" in printed.out
    assert (told["ok"], told["version"], len(told["problems"])) == (False, "", 2)
    assert [each["worker"] for each in told["workers"]] == [0, 1]


def test_the_status_is_good_when_every_worker_runs_the_files(project, voiced, took_effect):
    version = took_effect()
    refused = {"file": "voiced.yaml", "line": 3, "column": 1, "reason": "the voice does not come up", "fix": ""}
    well = Worker(project / "data", 0, version=version, restart_needed=["server.port"])
    with open_desks(well):
        printed = voiced("config", "status")
    assert printed.code == 0
    assert "takes effect at the next start: server.port" in printed.out
    with open_desks(well, Worker(project / "data", 1, version=version, problems=[refused])):
        printed = voiced("config", "status")
    assert printed.code == 2
    assert "refused: voiced.yaml:3:1: the voice does not come up" in printed.out


def test_a_worker_that_does_not_answer_is_told(project, voiced):
    with open_desks(Worker(project / "data", 0)):
        (project / "data" / "run" / "worker-5.sock").touch()
        printed = voiced("config", "status")
    assert printed.code == 2
    assert "worker 5  does not answer" in printed.out
