"""The history of the configuration, and the way back."""

import re

import pytest

from voiced.config.bundle import Bundle, diff, read_bundle
from voiced.config.history import History
from voiced_admin.diffs import lines


@pytest.fixture
def files(house):
    return lambda: read_bundle(house.file, house.settings.flows)


@pytest.fixture
def change(house, files):
    """Change the settings as a worker would take it; return the version."""
    history = History(house.settings.data_dir / "config")

    def make(old="", new="", author="", reason=""):
        house.file.write_text(house.file.read_text().replace(old, new))
        if author:
            history.note(files().version, author, reason)
        return history.record(files()).version

    return make


def base(page):
    return re.search(r'name="base" value="([^"]*)"', page)[1]


def test_who_changed_what_and_why(chef, change):
    change()
    version = change("calls: 20", "calls: 25", "claire", "Plus de lignes")
    page = chef.get("/history").text
    assert re.findall(r"<td>(claire|chef)</td>\s*<td>([^<]+)</td>", page) == [("claire", "Plus de lignes")]
    shown = chef.get(f"/history/{version}").text
    assert '<li class="gone">-  calls: 20' in shown
    assert '<li class="new">+  calls: 25' in shown
    assert '<li class="file">voiced.yaml</li>' in shown


def test_the_first_version_is_shown_whole(chef, change):
    page = chef.get(f"/history/{change()}").text
    assert "La première version, en entier" in page
    assert '<li class="file">flows/accueil.yaml</li>' in page


def test_going_back_shows_what_it_changes_and_keeps_the_reason(house, chef, change, files):
    first = change()
    change("calls: 20", "calls: 25")
    page = chef.get(f"/history/{first}/restore").text
    assert '<li class="new">+  calls: 20' in page
    sent = {"base": base(page), "reason": "C’était mieux"}
    done = chef.post(f"/history/{first}/restore", sent, page="/")
    assert done.location == f"/settings/saved/{first}"
    assert files().version == first
    entry = History(house.settings.data_dir / "config").record(files())
    assert (entry.author, entry.reason) == ("chef", "C’était mieux")


def test_going_back_needs_a_reason_and_the_files_that_were_seen(house, chef, change, files):
    first = change()
    second = change("calls: 20", "calls: 25")
    seen = base(chef.get(f"/history/{first}/restore").text)
    assert chef.post(f"/history/{first}/restore", {"base": seen}, page="/").status_code == 422
    third = change("calls: 25", "calls: 30")
    late = chef.post(f"/history/{first}/restore", {"base": seen, "reason": "x"}, page="/")
    assert late.status_code == 409
    assert base(late.text) == third == files().version
    assert second != third


def test_files_that_never_took_effect_are_lost_only_when_that_is_wanted(house, chef, change, files):
    first = change()
    house.file.write_text(house.file.read_text().replace("stt: local", "stt: locla"))
    page = chef.get(f"/history/{first}/restore").text
    assert "ils seront perdus" in page
    sent = {"base": base(page), "reason": "corriger"}
    assert chef.post(f"/history/{first}/restore", sent, page="/").status_code == 422
    assert chef.post(f"/history/{first}/restore", {**sent, "force": "on"}, page="/").status_code == 302
    assert files().version == first


def test_a_version_that_is_no_good_any_more_says_why(house, chef, change, tmp_path):
    change()
    broken = change("stt: local", "stt: gone")
    change("stt: gone", "stt: local")
    page = chef.get(f"/history/{broken}/restore").text
    refused = chef.post(f"/history/{broken}/restore", {"base": base(page), "reason": "x"}, page="/")
    assert refused.status_code == 422
    assert "il n’y a pas de fournisseur" in refused.text


def test_versions_that_are_not_there(chef, change):
    assert [chef.get(path).status_code for path in ("/history/abcd", "/history/abcd/restore", "/history?page=0")] == [
        404
    ] * 3
    assert "Aucune configuration n’a encore pris effet" in chef.get("/history").text
    change()
    assert "Aucune configuration" not in chef.get("/history").text


def test_a_file_that_comes_or_goes_has_its_name_once():
    old, new = Bundle.of({"a.yaml": b"x\n", "b.yaml": b"y\n"}), Bundle.of({"a.yaml": b"z\n", "c.yaml": b"y\n"})
    shown = [(line.kind, line.text) for line in lines(diff(old, new)) if line.kind != "hunk"]
    assert shown == [
        ("file", "a.yaml"), ("gone", "-x"), ("new", "+z"), ("file", "b.yaml"), ("gone", "-y"), ("file", "c.yaml"),
        ("new", "+y"),
    ]  # fmt: skip
