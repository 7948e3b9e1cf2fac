"""A plugin is known everywhere or nowhere: its folder, its entry point, its import contracts."""

PLAIN_FOLDERS = ["packaging", "plugins", "admin", "flows", "tests"]


def test_every_plugin_folder_is_an_entry_point(plugins, project):
    assert set(project["project"]["entry-points"]["voiced.plugins"].values()) == plugins


def test_folders_in_plugins_are_packages(root, plugins):
    assert {path.name for path in (root / "plugins").iterdir() if path.name != "__pycache__"} == plugins


def test_an_entry_point_is_named_as_its_package(project):
    for name, package in project["project"]["entry-points"]["voiced.plugins"].items():
        assert package == f"voiced_{name}"


def test_the_import_contracts_cover_every_plugin(plugins, project):
    linter = project["tool"]["importlinter"]
    assert set(linter["root_packages"]) - {"voiced", "voiced_admin"} == plugins
    for contract in linter["contracts"]:
        if contract["name"].startswith("Plugins"):
            assert set(contract.get("source_modules", contract.get("modules"))) == plugins


def test_plugins_see_the_contracts_and_the_pure_rooms_only(root, project):
    rooms = {path.name for path in (root / "voiced").iterdir() if (path / "__init__.py").exists()}
    (contract,) = (c for c in project["tool"]["importlinter"]["contracts"] if c["name"].startswith("Plugins see"))
    forbidden = {module.removeprefix("voiced.") for module in contract["forbidden_modules"]}
    assert rooms - forbidden == {"plugin", "audio", "text"}


def test_the_administration_is_the_only_package_beside_the_plugins(root):
    assert {path.name for path in (root / "admin").iterdir() if path.name != "__pycache__"} == {"voiced_admin"}


def test_plain_folders_are_no_packages(root):
    """`packaging` with an `__init__.py` would hide the library of that name; `plugins` with one stops mypy."""
    assert [name for name in PLAIN_FOLDERS if (root / name / "__init__.py").exists()] == []
