"""The settings as they take effect: every one, its source, and no secret."""

from voiced.config.effective import MASK, effective


def shown(settings, plugins):
    return {line.name: (line.value, line.source) for line in effective(settings, plugins)}


def test_every_setting_is_shown_with_where_it_comes_from(read, plugins, working):
    text = working("tools: {}", "tools: {path: '${NOTES:-}'}") + "privacy: {data_ttl_days: 30}\n"
    lines = shown(read(text, STT_PROVIDER="ears"), plugins)
    assert lines["privacy.data_ttl_days"] == (30, "file")
    assert lines["privacy.recording_enabled"] == (False, "default")
    assert lines["providers.stt"] == ("ears", "STT_PROVIDER")
    assert lines["plugins.tools.path"] == ("notes.jsonl", "default, its variable is not set")
    assert lines["numbers.default.flow"] == ("accueil", "file")
    assert lines["flows"][0].endswith("/flows")


def test_no_secret_is_shown_anywhere(read, plugins, working):
    text = working("    token: ${PHONE_TOKEN}", "    token: ${PHONE_TOKEN}\n    old_tokens: ['${OLD}']")
    text += "store: {url: '${DATABASE}'}\n"
    settings = read(text, OLD="hunter2", DATABASE="postgresql://voiced:hunter3@db/voiced")
    lines = shown(settings, plugins)
    assert lines["plugins.phone.token"] == (MASK, "file")
    assert lines["plugins.phone.old_tokens"] == ([MASK], "file")
    assert lines["store.url"] == (f"postgresql://voiced:{MASK}@db/voiced", "file")
    assert not any(secret in str(lines) for secret in ("s3cret", "hunter2", "hunter3"))


def test_settings_do_not_print_their_secrets_to_a_log_by_accident(read, working):
    settings = read(working(new="store: {url: '${DATABASE}'}\n"), DATABASE="postgresql://voiced:hunter3@db/voiced")
    assert "s3cret" not in str(settings)
    assert "hunter3" not in str(settings)
