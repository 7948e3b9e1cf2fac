"""Variables in the file, the .env file, and the flags that decide over everything."""

import pytest

from voiced.config.flags import FLAGS


def test_a_variable_fills_a_whole_value_as_what_the_setting_is(read, working):
    text = working(new="server: {port: '${PORT}', public_url: '${URL}'}\nlimits: {call_seconds: '${LONGEST}'}\n")
    settings = read(text, PORT="9000", URL="https://voix.fr", LONGEST="60.5")
    assert (settings.server.port, settings.server.public_url) == (9000, "https://voix.fr")
    assert settings.limits.call_seconds == 60.5


def test_a_missing_variable_is_a_fault_at_its_place_and_causes_no_other(faults, working):
    (only,) = faults(working(), PHONE_TOKEN="")
    assert only == "9:12: plugins/phone/token: PHONE_TOKEN is not set — set PHONE_TOKEN in the environment or in .env"


def test_a_variable_that_may_be_unset_leaves_the_setting_out(read, working):
    text = working("tools: {}", "tools: {path: '${NOTES:-}'}")
    assert read(text).plugins["tools"].path == "notes.jsonl"
    assert read(text).unset == {"plugins.tools.path": "NOTES"}
    assert read(text, NOTES="here.jsonl").plugins["tools"].path == "here.jsonl"
    assert read(text, NOTES="here.jsonl").unset == {}


def test_in_a_list_it_leaves_out_the_entry(read, working):
    text = working("    token: ${PHONE_TOKEN}", "    token: ${PHONE_TOKEN}\n    old_tokens: ['${OLD:-}', '${OLDER:-}']")
    settings = read(text, OLDER="before")
    assert settings.plugins["phone"].old_tokens == ("before",)
    assert settings.unset == {"plugins.phone.old_tokens.0": "OLD"}


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("literal", "plugins/phone/token: a secret may not be written into this file — put it into .env"),
        ("${PHONE_TOKEN:-literal}", "plugins/phone/token: ${PHONE_TOKEN:-...} has a default"),
        ("Bearer ${PHONE_TOKEN}", "plugins/phone/token: a secret may not be written into this file"),
    ],
)
def test_a_secret_is_never_in_the_file(faults, working, value, says):
    (only,) = faults(working("${PHONE_TOKEN}", f"'{value}'"))
    assert only.startswith(f"9:12: {says}")


def test_nor_in_a_list_of_secrets(faults, working):
    text = working("    token: ${PHONE_TOKEN}", "    token: ${PHONE_TOKEN}\n    old_tokens: ['${OLD:-}', hunter2]")
    (only,) = faults(text)
    assert only.startswith("10:30: plugins/phone/old_tokens/1: a secret may not be written")
    assert "hunter2" not in only


def test_a_variable_within_other_words_is_refused_rather_than_read_as_them(faults, working):
    (only,) = faults(working(new="privacy: {company: 'Garage ${NAME}'}"))
    assert only.startswith("13:20: privacy/company: a variable must be the whole value")


def test_the_env_file_is_read_and_the_process_wins(folder, read, working):
    text = working(new="privacy: {company: '${COMPANY}', site: '${SITE}'}\n")
    (folder / ".env").write_text(
        "# comment\n\nexport COMPANY='Garage # Martin'\nSITE = https://example.fr  # page\nPHONE_TOKEN=from-file\n",
        encoding="utf-8",
    )
    settings = read(text)
    assert (settings.privacy.company, settings.privacy.site) == ("Garage # Martin", "https://example.fr")
    assert settings.plugins["phone"].token == "s3cret"


def test_a_line_of_the_env_file_that_is_none_is_a_fault_at_its_place(folder, faults, working):
    (folder / ".env").write_text("GOOD=1\nSTT PROVIDER\n", encoding="utf-8")
    assert faults(working()) == [".env:2:1: is not a line of the form NAME=value"]


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\xff\xfe", "is not UTF-8 text"), (b"A=" + b"x" * 70_000, "is larger than 64 KB")],
)
def test_an_env_file_that_is_none_at_all_gets_one_message(folder, faults, working, content, says):
    (folder / ".env").write_bytes(content)
    (only,) = faults(working())
    assert says in only


def test_flags_decide_over_the_file_and_are_recorded(read, working):
    text = working("stt: ears", "stt: nobody") + "privacy: {data_ttl_days: 90}\n"
    settings = read(text, STT_PROVIDER="ears", RECORDING_ENABLED="true", DATA_TTL_DAYS="30")
    assert settings.providers.stt == "ears"
    assert (settings.privacy.recording_enabled, settings.privacy.data_ttl_days) == (True, 30)
    assert settings.overridden == {
        "providers.stt": "STT_PROVIDER",
        "privacy.recording_enabled": "RECORDING_ENABLED",
        "privacy.data_ttl_days": "DATA_TTL_DAYS",
    }


DECIDED = {
    "TELCO_PROVIDER": ("  telco: phone", "  telco: nobody", "phone", "phone"),
    "STT_PROVIDER": ("  stt: ears", "  stt: nobody", "spare", "spare"),
    "TTS_PROVIDER": ("  tts: mouth", "  tts: nobody", "spare", "spare"),
    "LLM_PROVIDER": ("  llm: brain", "  llm: nobody", "brain", "brain"),
    "RECORDING_ENABLED": ("", "privacy: {recording_enabled: false}", "yes", True),
    "DATA_TTL_DAYS": ("", "privacy: {data_ttl_days: 90}", "30", 30),
}


@pytest.mark.parametrize("flag", FLAGS)
def test_each_flag_decides_over_what_is_written(read, working, flag):
    old, written, value, taken = DECIDED[flag]
    settings = read(working(old, written), **{flag: value})
    section, setting = FLAGS[flag]
    assert getattr(getattr(settings, section), setting) == taken
    assert settings.overridden == {f"{section}.{setting}": flag}


def test_a_flag_set_to_nothing_decides_nothing(read):
    assert read(STT_PROVIDER="").overridden == {}


@pytest.mark.parametrize(
    ("flag", "value", "says"),
    [
        ("STT_PROVIDER", "eras", "environment: STT_PROVIDER: there is no stt provider 'eras' — did you mean 'ears'?"),
        ("RECORDING_ENABLED", "maybe", "environment: RECORDING_ENABLED: 'maybe' is not of type 'boolean' — write true"),
        ("DATA_TTL_DAYS", "soon", "environment: DATA_TTL_DAYS: 'soon' is not of type 'integer' — write a whole number"),
        ("DATA_TTL_DAYS", "0", "environment: DATA_TTL_DAYS: 0 is less than the minimum of 1 — write a whole number"),
    ],
)
def test_a_flag_that_makes_no_sense_is_a_fault_of_the_environment(faults, working, flag, value, says):
    (only,) = faults(working(), **{flag: value})
    assert only.startswith(says)


def test_a_flag_from_the_env_file_is_faulted_there(folder, faults, working):
    (folder / ".env").write_text("\nTTS_PROVIDER=moth\n", encoding="utf-8")
    (only,) = faults(working())
    assert only == ".env:2:1: TTS_PROVIDER: there is no tts provider 'moth' — did you mean 'mouth'?"
