"""Files change while a worker runs: the good reaches the next call, the bad changes nothing, and both are told."""

import signal

import httpx2
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from worker_house import MENU, MENU_NUMBER, PATIENCE, WHERE, build, token_beside, until

from voiced.config.flags import FLAGS
from voiced.fleet.control import workers
from voiced.testing.distribution import install

ODD = """
from dataclasses import dataclass
from typing import Annotated

from voiced.errors import Unavailable
from voiced.plugin import ModelSpec, PluginSpec, ProviderSpec, ToolCall, Done, LlmCapabilities, hookimpl, option
from voiced.testing.fakes import ScriptedTts

@dataclass(frozen=True, slots=True)
class Options:
    voice: Annotated[str, option("Which voice; `none` cannot be had")] = "anne"

def voice(options, host):
    if options.voice == "none":
        raise ValueError("there is no such voice")
    host.log.info("built", voice=options.voice)
    return ScriptedTts()

class Brain:
    capabilities = LlmCapabilities(free_text=False)

    def __init__(self, host):
        self.host = host

    async def prepare(self, tools):
        pass

    async def reply(self, request, out):
        said = request.messages[-1].content
        names = [tool.name for tool in request.tools if said in tool.examples]
        for name in await self.host.infer("echo", "say", names):
            await out.send(ToolCall("c1", name))
        await out.send(Done())

class Echo:
    def say(self, names):
        return names

def no_weights(options, host):
    raise Unavailable("the weights of 'lost' are not here", fix="fetch them")

@hookimpl
def voiced_plugin():
    brain = lambda _options, host: Brain(host)
    providers = (
        ProviderSpec("tts", "odd", voice),
        ProviderSpec("llm", "odd", brain),
        ProviderSpec("llm", "lost", brain, models=lambda _options: ("lost",)),
    )
    models = (ModelSpec("echo", lambda *_: Echo()), ModelSpec("lost", no_weights))
    return PluginSpec("odd", "A voice and a model", providers, Options, models)
"""


def with_odd(built, **settings):
    """Let the house have the plugin above, and look at its files often."""
    install(built.folder / "site", "voiced-odd", {"odd": ODD})
    built.env |= dict.fromkeys(FLAGS, "")
    change(built, reload={"poll_seconds": 0.1}, **settings)
    return built


def change(house, **sections):
    """Change settings, as an editor does: in one go."""
    settings = yaml.safe_load(house.config.read_text("utf-8"))
    for section, values in sections.items():
        settings[section] = {**settings.get(section, {}), **values} if isinstance(values, dict) else values
    write(house.config, yaml.safe_dump(settings, sort_keys=False))


def write(path, text):
    draft = path.with_suffix(".draft")
    draft.write_text(text, "utf-8")
    draft.replace(path)


def menu_of(house):
    return house.folder / "flows" / "menu.yaml"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A worker whose files the tests of this module change."""
    built = with_odd(build(tmp_path_factory.mktemp("house")))
    built.run().ready()
    yield built
    assert built.finish() == 0, built.log


@pytest.fixture
def house(running):
    """The worker, with its files as they were, before and after."""
    files = {path: path.read_text("utf-8") for path in (running.config, menu_of(running))}
    yield running
    for path, text in files.items():
        write(path, text)
    assert look_now(running)["problems"] == []


@pytest.fixture
def apart(own_house):
    """A house of its own, not started."""
    return with_odd(own_house())


def look_now(house):
    """Let the worker read its files now; return how its configuration stands."""
    transport = httpx2.HTTPTransport(uds=str(house.control))
    headers = {"authorization": f"Bearer {token_beside(house.control)}"}
    with httpx2.Client(transport=transport, headers=headers, timeout=PATIENCE) as client:
        return client.post("http://worker/v1/config/reload").json()


def metrics_of(house):
    """Return what the worker counts of its configuration."""
    [control] = workers(house.data)
    families = text_string_to_metric_families(control.metrics().decode())
    samples = [sample for family in families for sample in family.samples]
    return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


async def config_of(house):
    return await house.ask("/v1/config")


async def taken(house, version):
    """Wait until another version than `version` has taken effect."""
    await until(lambda: [line for line in house.logged("config_taken") if line["version"] != version])


async def test_the_next_call_gets_the_change_and_the_one_in_progress_keeps_what_it_began_with(house):
    before = (await config_of(house))["version"]
    heard_later = []

    async def asks(phone, heard):
        await heard("Que faire")
        phone.press("1")
        await heard("à Rennes.")
        await heard("Que faire")
        phone.press("0")
        await phone.wait_end()

    async def is_there(phone, heard):
        await heard("Que faire")
        write(menu_of(house), MENU.replace("Nous sommes à", "Venez donc à").replace("Au revoir", "À bientôt"))
        await taken(house, before)
        heard_later.extend((await house.call(asks, MENU_NUMBER)).heard)
        phone.press("1")
        await heard("Nous sommes à Rennes.")
        await heard("Que faire")
        phone.press("0")
        await phone.wait_end()

    held = await house.call(is_there, MENU_NUMBER)
    assert held.ended == "agent"
    assert (held.heard[-1], heard_later[-1]) == ("Au revoir.", "À bientôt.")
    assert "Venez donc à Rennes." in heard_later
    after = (await config_of(house))["version"]
    await until(lambda: {before, after} <= {row.config_version for row in house.all_rows()})


async def test_a_bad_edit_changes_nothing_and_says_where_it_is(house):
    before = await config_of(house)
    write(menu_of(house), MENU.replace("next: choix", "next: choixx", 1))
    await until(lambda: house.logged("config_refused"))
    after = await config_of(house)
    assert after["version"] == before["version"]
    [problem] = after["problems"]
    assert problem["file"] == str(menu_of(house))
    line = next(number for number, text in enumerate(menu_of(house).read_text().splitlines(), 1) if "choixx" in text)
    assert problem["line"] == line
    assert "choixx" in problem["reason"]
    assert f"{menu_of(house)}:{line}:{problem['column']}" in house.logged("config_refused")[-1]["problems"][0]

    async def is_served(phone, heard):
        await heard("Que faire")
        phone.press("0")
        await phone.wait_end()

    assert (await house.call(is_served, MENU_NUMBER)).ended == "agent"
    write(menu_of(house), MENU)
    await until(lambda: house.logged("config_mended"))
    assert (await config_of(house))["problems"] == []


def test_an_edit_that_is_no_yaml_at_all_changes_nothing(house):
    version = look_now(house)["version"]
    write(house.config, "server: {port: 80\n  what")
    stands = look_now(house)
    assert stands["version"] == version
    assert stands["problems"][0]["file"] == str(house.config)
    assert stands["problems"][0]["line"] > 0


def test_the_metrics_say_how_the_configuration_stands(house):
    before = metrics_of(house)
    change(house, server={"port": house.port + 1})
    look_now(house)
    write(house.config, "server: [")
    look_now(house)
    after = metrics_of(house)
    assert after["voiced_config_changes_total", "taken"] == before.get(("voiced_config_changes_total", "taken"), 0) + 1
    assert after["voiced_config_changes_total", "refused"] > before.get(("voiced_config_changes_total", "refused"), 0)
    assert (before["voiced_config_broken",], after["voiced_config_broken",]) == (0, 1)
    assert (before["voiced_config_restart_needed",], after["voiced_config_restart_needed",]) == (0, 1)
    assert after["voiced_config_taken_timestamp_seconds",] > before["voiced_config_taken_timestamp_seconds",]


def test_a_provider_that_cannot_be_built_refuses_the_change_at_its_place(house):
    version = look_now(house)["version"]
    change(house, providers={"tts": "odd"}, plugins={"odd": {"voice": "none"}})
    stands = look_now(house)
    assert stands["version"] == version
    [problem] = stands["problems"]
    assert "there is no such voice" in problem["reason"]
    assert house.config.read_text().splitlines()[problem["line"] - 1].strip() == "odd:"


def test_settings_that_wait_for_a_restart_are_named_and_the_rest_takes_effect(house):
    change(house, server={"port": house.port + 1}, limits={"calls": 7})
    stands = look_now(house)
    assert stands["restart_needed"] == ["server.port"]
    assert httpx2.get(f"{house.url}/readyz").status_code == 200


async def test_a_change_that_comes_to_need_models_brings_them_up(house):
    change(house, providers={"llm": "odd"})
    assert look_now(house)["problems"] == []

    async def asks(phone, heard):
        await heard("Que faire")
        await phone.say(WHERE)
        await heard("Nous sommes à Rennes.")
        phone.press("0")
        await phone.wait_end()

    assert (await house.call(asks, MENU_NUMBER)).ended == "agent"


def test_a_change_to_a_model_that_is_not_here_is_refused_at_its_place(house):
    version = look_now(house)["version"]
    change(house, providers={"llm": "lost"})
    stands = look_now(house)
    assert stands["version"] == version
    [problem] = stands["problems"]
    assert (problem["reason"], problem["fix"]) == ("the weights of 'lost' are not here", "fetch them")
    assert house.config.read_text().splitlines()[problem["line"] - 1].strip() == "llm: lost"


def test_a_model_that_is_not_here_may_be_chosen_where_another_stands_in(house):
    change(house, providers={"llm": "lost"}, fallback={"llm": ["odd"]})
    assert look_now(house)["problems"] == []


def test_options_of_a_plugin_are_changed_without_building_the_others_again(house):
    built = len(house.logged("built"))
    change(house, fallback={"tts": ["odd"]})
    assert look_now(house)["problems"] == []
    change(house, fallback={"tts": ["odd"]}, limits={"calls": 9})
    assert look_now(house)["problems"] == []
    assert len(house.logged("built")) == built + 1


async def test_the_variables_file_counts_too_and_a_signal_looks_at_once(apart):
    house = apart
    change(house, privacy={"company": "${COMPANY}"}, reload={"poll_seconds": 60})
    write(house.folder / ".env", "COMPANY=Martin\n")
    write(menu_of(house), MENU.replace("Que faire ?", "Que faire chez {company} ?"))
    house.run().ready()
    assert (await config_of(house))["problems"] == []
    write(house.folder / ".env", "COMPANY=Durand\n")
    house.tell(signal.SIGHUP)
    await until(lambda: house.logged("config_taken"))

    async def hears(phone, heard):
        await heard("chez Durand")
        phone.press("0")
        await phone.wait_end()

    assert (await house.call(hears, MENU_NUMBER)).ended == "agent"
    assert house.finish() == 0


async def test_a_worker_that_starts_on_broken_files_takes_the_last_good_version(apart):
    house = apart.run().ready()
    good = (await config_of(house))["version"]
    await until((house.data / "config" / "index.jsonl").exists)
    assert house.finish() == 0
    settings = house.config.read_text("utf-8")
    write(house.config, settings.replace("port:", "prot:"))
    house.run().ready()
    stands = await config_of(house)
    assert (stands["version"], stands["source"]) == (good, "history")
    assert "prot" in stands["problems"][0]["reason"]
    assert house.logged("config_broken")

    async def is_served(phone, heard):
        await heard("Que faire")
        phone.press("0")
        await phone.wait_end()

    assert (await house.call(is_served, MENU_NUMBER)).ended == "agent"
    write(house.config, settings)
    await until(lambda: house.logged("config_mended"))
    assert (await config_of(house))["source"] == "files"
    assert house.finish() == 0
