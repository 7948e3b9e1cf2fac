"""What a wheel carries, looked at in a wheel that was built for it."""

import subprocess
import sys
import zipfile
from pathlib import PurePosixPath

import pytest

STARTER = "voiced/starter/"


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=root, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_top_level_holds_our_names_only(names, plugins):
    tops = {PurePosixPath(name).parts[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"voiced", "voiced_admin", *plugins}
    assert len([top for top in tops if top.endswith(".dist-info")]) == 1


def test_everything_in_the_packages_ships(names, files):
    packages = [path for path in files if path.parts[0] in {"voiced", "plugins", "admin"}]
    ours = {path.as_posix().removeprefix("plugins/").removeprefix("admin/") for path in packages}
    shipped = {name for name in names if ".dist-info/" not in name and not name.startswith(STARTER)}
    assert shipped == ours


@pytest.mark.parametrize(
    "data",
    [
        "voiced/py.typed",
        "voiced_admin/static/app.css",
        "voiced_admin/templates/base.html",
        "voiced/dialog/intents.fr.yaml",
        "voiced_local/data/ff_siwis.bin",
        "voiced_local/data/if_sara.bin",
        "voiced_local/data/kokoro_vocab.json",
        "voiced_local/brain/thesaurus.fr.yaml",
    ],
)
def test_data_ships(names, data):
    assert data in names


def test_migrations_ship(names):
    assert [name for name in names if name.startswith("voiced/store/migrations/") and not name.endswith("__init__.py")]


def test_a_project_can_be_started_from_the_wheel_alone(wheel, tmp_path):
    installed, made = tmp_path / "site", tmp_path / "made"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    start = "import sys; from voiced.cli.main import run; sys.exit(run(sys.argv[1:]))"
    command = [sys.executable, "-P", "-c", start, "init", str(made)]
    subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(installed)}, check=True, capture_output=True)
    assert (made / "voiced.yaml").is_file()
    assert (made / ".env.example").is_file()
    assert (made / "subprocessors.yaml").is_file()
    assert list((made / "flows").glob("*.yaml"))
