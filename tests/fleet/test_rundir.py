"""Where the processes of one host meet."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from voiced.errors import Unavailable
from voiced.fleet.rundir import control_path, control_paths, control_token, run_dir


def test_everybody_gets_the_same_token_and_only_this_user_may_read_it(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        tokens = set(pool.map(lambda _: control_token(tmp_path), range(32)))
    assert len(tokens) == 1
    file = run_dir(tmp_path) / "control.token"
    assert len(file.read_text()) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in run_dir(tmp_path).iterdir()] == ["control.token"]


def test_a_token_that_cannot_be_had_is_said(tmp_path):
    (tmp_path / "run").write_text("a file where the folder should be")
    with pytest.raises(Unavailable, match="control token"):
        control_token(tmp_path)


def test_the_control_sockets_are_found_by_their_numbers(tmp_path):
    run_dir(tmp_path).mkdir()
    for number in (10, 2, 0):
        control_path(tmp_path, number).touch()
    (run_dir(tmp_path) / "worker-x.sock").touch()
    assert list(control_paths(tmp_path)) == [0, 2, 10]
