"""Settings and flows judged together: all faults at once, or a configuration of one reading."""

import pytest

from voiced.config.judge import judge

ENV = {"PHONE_TOKEN": "s3cret"}
FLOW = """\
flow: accueil
title: Accueil
start: bonjour
steps:
  bonjour:
    hangup: Bonjour de {company}.
"""


@pytest.fixture
def judged(folder, plugins, working):
    """Judge a project: `judged(settings, flow)`."""

    def go(settings="", flow=FLOW):
        (folder / "voiced.yaml").write_text(settings or working(), encoding="utf-8")
        (folder / "flows" / "accueil.yaml").write_text(flow, encoding="utf-8")
        return judge(folder / "voiced.yaml", ENV, plugins)

    return go


def reasons(judged):
    return [problem.reason for problem in judged.problems]


def test_a_good_one_is_of_one_reading(judged, working):
    project = judged(working(new="privacy: {company: Martin}\n")).project
    assert project.settings.version == project.bundle.version
    assert project.flows["accueil"].vars["company"] == "Martin"


def test_faults_of_settings_and_flows_are_told_together(judged, working):
    both = judged(working("stt: ears", "stt: eras"), FLOW.replace("start: bonjour", "start: bonsoir"))
    assert both.project is None
    assert [problem.file.rpartition("/")[2] for problem in both.problems] == ["voiced.yaml", "accueil.yaml"]


def test_good_settings_with_a_bad_flow_are_no_good(judged):
    bad = judged(flow=FLOW.replace("title: Accueil\n", ""))
    assert bad.project is None
    assert reasons(bad) == ["the key 'title' is missing"]


def test_a_folder_without_flows_is_said_once(folder, plugins, working):
    (folder / "voiced.yaml").write_text(working(new="flows: elsewhere\n"), encoding="utf-8")
    (only,) = judge(folder / "voiced.yaml", ENV, plugins).problems
    assert only.reason.startswith("there is no folder")


def test_a_recorded_one_is_judged_without_the_disk(judged, folder, plugins):
    kept = judged().project
    (folder / "flows" / "accueil.yaml").write_text("flow: [")
    again = judge(folder / "voiced.yaml", ENV, plugins, kept.bundle).project
    assert again.flows == kept.flows
