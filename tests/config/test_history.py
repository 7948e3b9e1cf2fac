"""The history: what took effect, by whom and why; nothing of it is lost, whoever writes at the same time."""

import multiprocessing
import stat

import pytest

from voiced.config.bundle import Bundle, read_bundle
from voiced.config.history import NOTES, History
from voiced.errors import BadInput, Unavailable


@pytest.fixture
def history(tmp_path):
    clock = iter(range(1000, 9000))
    return History(tmp_path / "data" / "config", lambda: float(next(clock)))


def bundle(text="a: 1\n", **flows):
    return Bundle.of({"voiced.yaml": text.encode(), **{f"flows/{name}.yaml": b for name, b in flows.items()}}, "anna")


@pytest.fixture
def project(folder, history, working):
    """A project whose first version took effect; `project()` records what its files hold by now."""
    file = folder / "voiced.yaml"
    file.write_text(working(), encoding="utf-8")

    def record():
        return history.record(read_bundle(file, folder / "flows"))

    record.file, record.flows = file, folder / "flows"
    record()
    return record


def test_nothing_took_effect_yet(history):
    assert history.versions() == []
    assert history.newest() is None


def test_what_took_effect_is_kept_whole_with_what_was_before(history):
    first, second = bundle("a: 1\n"), bundle("a: é\n", accueil=b"\xff raw \x00\r\n")
    history.record(first)
    entry = history.record(second)
    assert (entry.author, entry.parent, entry.time) == ("anna", first.version, 1001.0)
    assert history.newest() == entry
    assert history.bundle(entry.version).files == second.files


def test_the_same_again_is_no_change(history):
    assert history.record(bundle()) == history.record(bundle())
    assert len(history.versions()) == 1


def test_going_back_is_a_change(history):
    for text in ("a: 1\n", "a: 2\n", "a: 1\n"):
        history.record(bundle(text))
    one, two = bundle("a: 1\n").version, bundle("a: 2\n").version
    assert [(entry.version, entry.parent) for entry in history.versions()] == [(one, ""), (two, one), (one, two)]


def test_a_note_says_who_and_why_once(history):
    changed = bundle("a: 2\n")
    history.note(changed.version, "béatrice", "trop d'appels")
    history.record(bundle())
    noted = history.record(changed)
    assert (noted.author, noted.reason) == ("béatrice", "trop d'appels")
    history.record(bundle())
    assert history.record(changed).author == "anna"


def test_notes_that_nobody_picks_up_do_not_pile_up(history):
    for count in range(NOTES + 20):
        history.note(bundle(f"a: {count}\n").version, "x")
    history.record(bundle("other\n"))
    assert len(list((history.folder / "notes").iterdir())) == NOTES


def test_the_oldest_go_with_their_contents(history):
    history = History(history.folder, history.now, kept=5)
    made = [history.record(bundle(f"a: {count}\n")) for count in range(8)]
    assert history.versions() == made[3:]
    assert len(list((history.folder / "versions").iterdir())) == 5
    with pytest.raises(BadInput, match="there is no version"):
        history.bundle(made[0].version)


def test_a_version_may_be_named_by_its_beginning(history):
    entry = history.record(bundle())
    assert history.find(entry.version[:4]) == entry
    for wrong in ("zzzz", entry.version[:3], ""):
        with pytest.raises(BadInput, match="`voiced config history` lists them"):
            history.find(wrong)


def test_two_versions_differ_by_their_files(history):
    old, new = history.record(bundle("a: 1\n")), history.record(bundle("a: 2\n"))
    assert "-a: 1\n+a: 2\n" in history.diff(old.version, new.version)


def test_files_go_back_to_what_they_were(project, history, working):
    first = history.newest().version
    project.file.chmod(0o640)
    project.file.write_text(working("stt: ears", "stt: ears # changed"), encoding="utf-8")
    (project.flows / "soir.yaml").write_text("flow: soir\n")
    project()
    restored = history.restore(first, project.file, project.flows)
    assert restored == history.bundle(first)
    assert project.file.read_text(encoding="utf-8") == working()
    assert not (project.flows / "soir.yaml").exists()
    assert stat.S_IMODE(project.file.stat().st_mode) == 0o640
    assert [path.name for path in project.flows.iterdir()] == ["accueil.yaml"]
    assert project().version == first


def test_files_that_never_took_effect_are_not_lost(project, history, working):
    first = history.newest().version
    project.file.write_text(working(new="# much work\n"), encoding="utf-8")
    with pytest.raises(BadInput, match="never took effect, and nothing else keeps them"):
        history.restore(first, project.file, project.flows)
    assert "much work" in project.file.read_text(encoding="utf-8")
    history.restore(first, project.file, project.flows, force=True)
    assert project.file.read_text(encoding="utf-8") == working()


def test_files_that_are_gone_come_back_when_that_is_meant(project, history):
    first = history.newest().version
    project.file.unlink()
    with pytest.raises(BadInput, match="there is no such file"):
        history.restore(first, project.file, project.flows)
    history.restore(first, project.file, project.flows, force=True)
    assert project().version == first


def test_a_linked_file_stays_a_link(project, history, working, tmp_path):
    first = history.newest().version
    project.file.rename(tmp_path / "real.yaml")
    project.file.symlink_to(tmp_path / "real.yaml")
    project.file.write_text(working(new="# x\n"), encoding="utf-8")
    project()
    history.restore(first, project.file, project.flows)
    assert project.file.is_symlink()
    assert (tmp_path / "real.yaml").read_text(encoding="utf-8") == working()


def test_a_damaged_history_says_so(history):
    entry = history.record(bundle())
    (history.folder / "versions" / entry.version).write_text('{"voiced.yaml": "a: 3"}')
    with pytest.raises(Unavailable, match="its content is not what was recorded"):
        history.bundle(entry.version)
    (history.folder / "versions" / entry.version).write_text("[]")
    with pytest.raises(Unavailable, match="it holds no files"):
        history.bundle(entry.version)
    (history.folder / "index.jsonl").write_text("{")
    with pytest.raises(Unavailable, match="to begin a new history"):
        history.versions()


def test_a_folder_that_cannot_be_made_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="Not a directory"):
        History(tmp_path / "file" / "config").record(bundle())


def many(folder, number):
    history = History(folder)
    for count in range(10):
        history.record(bundle(f"a: {number} {count}\n"))


def test_processes_that_write_at_the_same_time_lose_nothing(history):
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=many, args=(history.folder, number)) for number in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    entries = history.versions()
    assert len({entry.version for entry in entries}) == len(entries) == 30
    assert [entry.parent for entry in entries] == ["", *(entry.version for entry in entries[:-1])]
    assert all(history.bundle(entry.version).version == entry.version for entry in entries)
