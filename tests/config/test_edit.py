"""Settings and texts changed by program: valid or not at all, and nobody's work is lost."""

import os
import stat

import pytest

from voiced.config.edit import digest, edit, edit_flow, rollback, save
from voiced.config.history import History
from voiced.config.reader import examine
from voiced.errors import BadInput
from voiced.yamlfile import DELETE

ENV = {"PHONE_TOKEN": "s3cret"}
FLOW = """\
flow: accueil
title: Accueil
start: question

steps:
  question:  # signed off in March
    consent:
      ask: >-
        Acceptez-vous ?
      again: Oui ou non ?
    granted: fin
    refused: fin
  fin:
    hangup: Au revoir.
"""


@pytest.fixture
def file(folder, working):
    (folder / "flows" / "accueil.yaml").write_text(FLOW, encoding="utf-8")
    text = working("  stt: ears", "  stt: ears # hears well") + "# the end\n"
    (folder / "voiced.yaml").write_text(text, encoding="utf-8")
    return folder / "voiced.yaml"


@pytest.fixture
def history(file):
    return History(file.parent / "data" / "config")


@pytest.fixture
def change(file, plugins):
    """Change settings and save: `change({name: value}, author=...)`."""

    def go(changes, env=ENV, author="anna", **kwargs):
        return save(edit(file, changes, env, plugins), author=author, **kwargs)

    return go


def record(file, plugins, history):
    """Do as a worker does when a configuration took effect."""
    return history.record(examine(file, ENV, plugins).bundle)


def test_a_setting_changes_and_its_surroundings_do_not(file, change):
    before = file.read_text(encoding="utf-8")
    change({"providers.stt": "spare"})
    assert file.read_text(encoding="utf-8") == before.replace("stt: ears", "stt: spare")


def test_new_settings_come_with_their_section(file, change):
    before = file.read_text(encoding="utf-8").removesuffix("# the end\n")
    change({"privacy.data_ttl_days": 30, "privacy.recording_enabled": True, "fallback.tts": ["spare"]})
    added = "\nprivacy:\n  data_ttl_days: 30\n  recording_enabled: true\n\nfallback:\n  tts: [spare]\n"
    assert file.read_text(encoding="utf-8") == before + added + "# the end\n"
    change({"privacy.data_ttl_days": DELETE})
    assert "data_ttl_days" not in file.read_text(encoding="utf-8")


def test_the_history_learns_who_and_why(file, change, history, plugins):
    record(file, plugins, history)
    version = change({"limits.calls": 3}, author="béatrice", reason="trop d'appels")
    entry = record(file, plugins, history)
    assert (entry.version, entry.author, entry.reason) == (version, "béatrice", "trop d'appels")


def test_nothing_is_written_when_nothing_changes(file, change):
    before = file.stat().st_ino
    assert change({"providers.stt": "ears"}) == change({"limits.calls": DELETE})
    assert file.stat().st_ino == before


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("providers.stt", "eras", "there is no stt provider 'eras' — did you mean 'ears'?"),
        ("limits.calls", 0, "limits/calls: 0 is too small: at least 1"),
        ("limits.cals", 3, "unknown key 'cals' — did you mean 'calls'?"),
        ("plugins.phone.token", "hunter2", "a secret may not be written into this file"),
        ("store.url", "postgresql://v:hunter2@db/x", "a password may not be written into this file"),
        ("plugins.phone.token", "${NOT_SET}", "NOT_SET is not set"),
        ("plugins.phone.token", DELETE, "the key 'token' is missing"),
        ("flows", "nowhere", "there is no folder"),
        ("providers.stt.deeper", 1, "providers/stt"),
    ],
)
def test_what_would_not_be_valid_is_refused_and_not_written(file, change, name, value, says):
    before = file.read_bytes()
    with pytest.raises(BadInput) as refused:
        change({name: value})
    assert says in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert file.read_bytes() == before


def test_a_secret_by_its_variable_is_fine(file, change):
    change({"plugins.phone.old_tokens": ["${PHONE_TOKEN}"]})
    assert '    old_tokens: ["${PHONE_TOKEN}"]\n' in file.read_text(encoding="utf-8")


def test_what_a_variable_decides_is_not_changed_in_vain(file, change):
    with pytest.raises(BadInput, match=r"environment: STT_PROVIDER: decides over providers\.stt"):
        change({"providers.stt": "spare"}, ENV | {"STT_PROVIDER": "ears"})
    (file.parent / ".env").write_text("DATA_TTL_DAYS=30\n")
    with pytest.raises(BadInput, match=r"\.env:1:1: DATA_TTL_DAYS: decides over privacy\.data_ttl_days"):
        change({"privacy": {"data_ttl_days": 3}})
    change({"providers.stt": "spare"})


def test_a_file_that_is_broken_already_is_mended_or_refused(file, change, working):
    file.write_text(working("stt: ears", "stt: eras"), encoding="utf-8")
    with pytest.raises(BadInput, match="there is no stt provider 'eras'"):
        change({"limits.calls": 3})
    change({"providers.stt": "ears"})
    file.write_text("a: [", encoding="utf-8")
    with pytest.raises(BadInput, match="is not closed"):
        change({"limits.calls": 3})


def test_someone_elses_edit_in_between_is_not_overwritten(file, change, plugins):
    seen = digest(file.read_bytes())
    change({"limits.calls": 3})
    with pytest.raises(BadInput, match="someone else has changed this file in the meantime"):
        change({"limits.calls": 4}, base=seen)
    change({"limits.calls": 4}, base=digest(file.read_bytes()))
    draft = edit(file, {"limits.calls": 5}, ENV, plugins)
    file.write_text(file.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    with pytest.raises(BadInput, match="someone else"):
        save(draft, author="anna")
    assert "# mine" in file.read_text(encoding="utf-8")


def test_mode_owner_and_byte_order_mark_stay(file, change):
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    file.chmod(0o600)
    if os.getuid() == 0:
        os.chown(file, 1234, 1234)
    owner = file.stat().st_uid
    change({"limits.calls": 3})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.stat().st_uid == owner
    assert file.read_bytes().startswith(b"\xef\xbb\xbfproviders:")
    assert sorted(path.name for path in file.parent.iterdir()) == ["data", "flows", "voiced.yaml"]


QUESTION = "Acceptez-vous que nous gardions le texte de cet appel : pour suivre votre demande, pendant {retention} ? "


def test_a_text_of_a_flow_changes_and_stays_readable(file, plugins, history):
    path = ("steps", "question", "consent", "ask")
    text = (QUESTION * 2).strip()
    version = save(edit_flow(file, "accueil", {path: text}, ENV, plugins), author="anna")
    after = (file.parent / "flows" / "accueil.yaml").read_text(encoding="utf-8")
    head, tail = FLOW.split("        Acceptez-vous ?\n")
    assert after.startswith(head)
    assert after.endswith(tail)
    asked = after[len(head) : -len(tail)].splitlines()
    assert " ".join(line.strip() for line in asked) == text
    assert len(asked) == 3
    assert record(file, plugins, history).version == version


def test_a_text_that_the_flow_cannot_have_is_refused(file, plugins):
    with pytest.raises(BadInput, match=r"accueil\.yaml:.*compagnie"):
        edit_flow(file, "accueil", {("steps", "fin", "hangup"): "Merci de {compagnie}."}, ENV, plugins)
    with pytest.raises(BadInput, match="there is no flow 'acueil' here"):
        edit_flow(file, "acueil", {("title",): "x"}, ENV, plugins)


def test_going_back_says_so_in_the_history(file, change, plugins, history):
    first = record(file, plugins, history).version
    change({"limits.calls": 3})
    record(file, plugins, history)
    assert rollback(history, file, first[:6], ENV, plugins, author="anna") == first
    assert record(file, plugins, history).reason == f"back to {first}"


def test_a_version_that_is_no_good_any_more_is_not_gone_back_to(file, change, plugins, history):
    first = record(file, plugins, history).version
    change({"providers.stt": "spare"})
    record(file, plugins, history)
    less = {name: found for name, found in plugins.items() if name != "tools"}
    with pytest.raises(BadInput, match="unknown key 'tools'"):
        rollback(history, file, first, ENV, less, author="anna")
    rollback(history, file, first, ENV, less, author="anna", force=True)
    assert "stt: ears" in file.read_text(encoding="utf-8")
