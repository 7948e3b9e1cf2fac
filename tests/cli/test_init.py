"""`voiced init`: a project that is ready to be checked."""

import json
import re
from pathlib import Path

import jsonschema
import msgspec

from voiced.config.flags import FLAGS
from voiced.config.schema import is_secret
from voiced.registry import discover
from voiced.yamlfile import loads


def test_a_new_project_has_everything_and_its_schemas_fit(voiced, tmp_path):
    printed = voiced("init", tmp_path / "new")
    assert printed.code == 0
    made = {str(path.relative_to(tmp_path / "new")) for path in (tmp_path / "new").rglob("*") if path.is_file()}
    schemas = {"voiced.schema.json", "flow.schema.json", "scenario.schema.json", "subprocessors.schema.json"}
    assert {"voiced.yaml", "subprocessors.yaml", ".env.example", "flows/accueil.yaml"} | schemas <= made
    for file in sorted(name for name in made if name.endswith(".yaml")):
        text = (tmp_path / "new" / file).read_text(encoding="utf-8")
        head = text.splitlines()[0]
        named = (tmp_path / "new" / file).parent / head.removeprefix("# yaml-language-server: $schema=")
        assert named.resolve().parent == tmp_path / "new"
        jsonschema.validate(loads(text, file).data, json.loads(named.read_text(encoding="utf-8")))


def test_its_register_is_complete_and_waits_to_be_confirmed(voiced, tmp_path, monkeypatch):
    voiced("init", tmp_path)
    monkeypatch.chdir(tmp_path)

    def register(**env):
        printed = voiced("check", "--offline", "--json", **env)
        return [each for each in json.loads(printed.out)["findings"] if each["subject"] == "register"]

    assert voiced("check", "--offline").code == 0
    [finding] = register()
    assert (finding["level"], "nobody has confirmed" in finding["message"]) == ("warning", True)
    [finding] = register(PUBLIC_URL="https://voix.example.fr")
    assert (finding["level"], "TO CONFIRM" in finding["fix"]) == ("error", True)
    file = tmp_path / "subprocessors.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace('"TO CONFIRM: ', '"'), encoding="utf-8")
    [finding] = register(PUBLIC_URL="https://voix.example.fr")
    assert finding["level"] == "ok"


def test_what_is_there_is_not_overwritten(voiced, tmp_path):
    (tmp_path / "voiced.yaml").write_text("mine")
    printed = voiced("init", tmp_path)
    assert printed.code == 2
    assert "already has voiced.yaml; --force overwrites" in printed.err
    assert (tmp_path / "voiced.yaml").read_text() == "mine"
    assert not (tmp_path / "flows").exists()


def test_unless_it_is_forced(voiced, tmp_path):
    (tmp_path / "voiced.yaml").write_text("mine")
    assert voiced("init", tmp_path, "--force").code == 0
    assert (tmp_path / "voiced.yaml").read_text(encoding="utf-8").startswith("# yaml-language-server")


def test_the_example_of_an_env_file_names_every_variable(voiced, tmp_path):
    voiced("init", tmp_path)
    written = set(re.findall(r"\$\{([A-Z_]+):-\}", (tmp_path / "voiced.yaml").read_text(encoding="utf-8")))
    example = (tmp_path / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^#([A-Z_]+)=", example, re.MULTILINE))
    wanted = {*FLAGS, *written} - {"NAME"}
    left_off = tuple(f"{plugin.upper()}_" for plugin in discover())  # plugins that the starting project does without
    assert wanted <= named
    assert [name for name in named - wanted if not name.startswith(left_off)] == []


def test_the_example_of_an_env_file_names_every_secret_of_a_plugin():
    example = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^#([A-Z_]+)=", example, re.MULTILINE))
    secrets = set()
    for plugin, found in discover().items():
        assert found.spec is not None
        made = msgspec.json.schema(found.spec.options)
        for name, node in made["$defs"][found.spec.options.__name__]["properties"].items():
            if is_secret(node):
                secrets.add(f"{plugin}_{name}".upper().removesuffix("S" if node["type"] == "array" else " "))
    assert {"AUDIOSOCKET_KEY", "TWILIO_AUTH_TOKEN"} <= secrets
    assert secrets <= named
