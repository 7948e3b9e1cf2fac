"""Watching files: every change is seen, none is read half-written, and nobody waits for ever."""

from hypothesis import given
from hypothesis import strategies as st

from voiced.daemon.watch import PATIENCE, SETTLE, Watch, look

OLD, NEW, NEWER = ({"voiced.yaml": (number, number, 1, 10)} for number in (1, 2, 3))


def test_files_that_lie_as_they_were_read_are_the_same():
    watch = Watch(OLD)
    assert [watch.judge(OLD, now) for now in (0.0, 0.5)] == ["same", "same"]


def test_a_change_is_taken_when_two_looks_agree():
    watch = Watch(OLD)
    assert [watch.judge(seen, now) for seen, now in ((NEW, 0.5), (NEW, 0.6))] == ["moving", "changed"]
    watch.took(NEW)
    assert watch.judge(NEW, 1.1) == "same"


def test_a_second_change_within_the_first_is_waited_for():
    watch = Watch(OLD)
    verdicts = [watch.judge(seen, now) for seen, now in ((NEW, 0.5), (NEWER, 0.6), (NEWER, 0.7))]
    assert verdicts == ["moving", "moving", "changed"]


def test_what_is_put_back_in_between_is_no_change():
    watch = Watch(OLD)
    assert [watch.judge(seen, now) for seen, now in ((NEW, 0.5), (OLD, 0.6), (NEW, 1.1))] == [
        "moving",
        "same",
        "moving",
    ]


@given(st.lists(st.sampled_from([OLD, NEW, NEWER]), max_size=40))
def test_a_change_that_stays_is_taken_whatever_went_before(looks):
    watch = Watch(OLD)
    for number, seen in enumerate(looks):
        if watch.judge(seen, number * SETTLE) == "changed":
            watch.took(seen)
    if watch.taken == NEWER:
        assert watch.judge(NEWER, 10.0) == "same"
    else:
        assert "changed" in {watch.judge(NEWER, 10.0 + SETTLE * later) for later in range(2)}


def test_who_writes_all_the_time_is_read_all_the_same():
    watch = Watch(OLD)
    verdicts = [watch.judge({"voiced.yaml": (9 + n, 9, 1, n)}, n * SETTLE) for n in range(round(PATIENCE / SETTLE) + 2)]
    assert verdicts[0] == "moving"
    assert verdicts[-1] == "changed"


def test_a_look_sees_settings_variables_and_flows(tmp_path):
    flows = tmp_path / "flows"
    flows.mkdir()
    (tmp_path / "voiced.yaml").write_text("a", "utf-8")
    (flows / "menu.yaml").write_text("a", "utf-8")
    looks = [look(tmp_path / "voiced.yaml", [flows])]

    def seen():
        looks.append(look(tmp_path / "voiced.yaml", [flows]))
        return looks[-1] != looks[-2]

    assert not seen()
    (tmp_path / ".env").write_text("A=1", "utf-8")
    assert seen()
    (flows / "other.yaml").write_text("a", "utf-8")
    assert seen()
    draft = flows / "draft"
    draft.write_text("b", "utf-8")
    assert not seen()
    draft.replace(flows / "menu.yaml")
    assert seen()
    (flows / "other.yaml").unlink()
    assert seen()
    assert set(looks[-1]) == {str(tmp_path / name) for name in ("voiced.yaml", ".env", "flows/menu.yaml")}


def test_a_folder_that_is_gone_is_a_look_too(tmp_path):
    assert look(tmp_path / "voiced.yaml", [tmp_path / "flows"]) == {}
