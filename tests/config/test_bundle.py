"""A configuration as one value: what is in it, when it is the same, how two differ."""

import os
from pathlib import Path

import pytest

from voiced.config.bundle import Bundle, diff, read_bundle
from voiced.errors import BadInput


@pytest.fixture
def written(folder, working):
    (folder / "voiced.yaml").write_text(working(), encoding="utf-8")
    return folder


def read_in(folder):
    return read_bundle(folder / "voiced.yaml", folder / "flows")


def test_it_holds_the_settings_and_the_flows_and_no_secret(written):
    (written / ".env").write_text("PHONE_TOKEN=s3cret\n")
    (written / "flows" / ".accueil.yaml.new").write_text("draft")
    (written / "flows" / ".#accueil.yaml").symlink_to("editor@host")  # some editors lock a file so
    (written / "flows" / "scenarios").mkdir()
    (written / "flows" / "scenarios" / "one.yaml").write_text("call: x\n")
    assert list(read_in(written).files) == ["flows/accueil.yaml", "voiced.yaml"]


def test_the_version_is_that_of_the_contents_and_nothing_else(written):
    first = read_in(written)
    assert len(first.version) == 12
    os.utime(written / "voiced.yaml", (0, 0))
    assert read_in(written).version == first.version
    (written / "flows" / "accueil.yaml").write_text("flow: accueil # other\n")
    second = read_in(written)
    assert second.version != first.version
    assert first.changed({"flows/accueil.yaml": b"flow: accueil # other\n"}).version == second.version


def test_what_moves_from_one_file_to_the_next_is_another_version():
    assert Bundle.of({"a": b"xy", "b": b""}).version != Bundle.of({"a": b"x", "b": b"y"}).version


def test_flows_may_be_elsewhere(written, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    (written / "flows").rename(elsewhere)
    inner = written / "inner"
    inner.mkdir()
    (written / "voiced.yaml").rename(inner / "voiced.yaml")
    bundle = read_bundle(inner / "voiced.yaml", elsewhere)
    assert list(bundle.files) == ["../elsewhere/accueil.yaml", "voiced.yaml"]
    assert bundle.flows(inner, elsewhere) == {elsewhere / "accueil.yaml": b"flow: accueil\n"}


def test_the_editor_is_the_owner_of_the_file_changed_last(written):
    assert read_in(written).editor == Path(written / "voiced.yaml").owner()


def test_what_cannot_be_read_is_said(written):
    with pytest.raises(BadInput, match="there is no such file"):
        read_bundle(written / "nothing.yaml", written / "flows")
    (written / "flows" / "folder.yaml").mkdir()
    with pytest.raises(BadInput, match=r"folder\.yaml: the file cannot be read: Is a directory"):
        read_in(written)


def writer(folder, contents):
    """Return a pause during which someone writes the next of `contents` to a flow."""
    left = iter(contents)

    def pause(seconds):
        assert seconds < 0.1
        text = next(left, None)
        if text is not None:
            (folder / "flows" / "accueil.yaml").write_text(text)

    return pause


def test_a_half_written_file_is_not_taken(written):
    pause = writer(written, ["", "flow: acc", "flow: accueil # new\n"])
    bundle = read_bundle(written / "voiced.yaml", written / "flows", pause)
    assert bundle.files["flows/accueil.yaml"] == b"flow: accueil # new\n"


def test_files_that_never_rest_are_not_taken(written):
    pause = writer(written, (f"flow: accueil # {count}\n" for count in range(1000)))
    with pytest.raises(BadInput, match="the files change while they are read"):
        read_bundle(written / "voiced.yaml", written / "flows", pause)


def test_two_differ_by_file_and_line():
    old = Bundle.of({"voiced.yaml": b"a: 1\nb: 2\n", "flows/x.yaml": b"flow: x"})
    new = Bundle.of({"voiced.yaml": b"a: 1\nb: 3\n", "flows/y.yaml": "é\u2028\n".encode()})
    assert diff(old, old) == ""
    lines = diff(old, new).split("\n")
    assert lines[:5] == [f"--- flows/x.yaml {old.version}", "+++ /dev/null", "@@ -1 +0,0 @@", "-flow: x", lines[4]]
    assert lines[4].startswith("\\ No newline")
    assert {"-b: 2", "+b: 3", " a: 1", f"+++ flows/y.yaml {new.version}", "+é\u2028"} <= set(lines)
