"""The file of requests: one line each, once each, whoever writes at the same time."""

import json
import re
import subprocess
import sys

from voiced_frontdesk.book import ALPHABET, Book


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("{")]


def test_a_request_gets_a_short_reference_that_can_be_read_aloud(tmp_path):
    reference = Book(tmp_path / "requests.jsonl").add("key", {"name": "Zoé"})
    assert re.fullmatch(f"R-[{ALPHABET}]{{4}}", reference)
    assert not set("0O1I8BSZPDG") & set(reference[2:])


def test_each_request_is_one_line_of_json(tmp_path):
    book = Book(tmp_path / "deep" / "requests.jsonl")
    book.add("one", {"message": "deux\nlignes"})
    book.add("two", {"message": "déjà « vu »"})
    assert [entry["message"] for entry in lines(book.path)] == ["deux\nlignes", "déjà « vu »"]


def test_the_same_key_again_gives_the_same_reference_and_no_second_line(tmp_path):
    book = Book(tmp_path / "requests.jsonl")
    first = book.add("key", {"name": "Zoé"})
    assert Book(book.path).add("key", {"name": "Zoé"}) == first
    assert len(lines(book.path)) == 1


def test_two_requests_never_share_a_reference(tmp_path):
    book = Book(tmp_path / "requests.jsonl")
    wanted = book.add("key", {})
    book.path.write_text(json.dumps({"key": "another", "reference": wanted}) + "\n", encoding="utf-8")
    assert book.add("key", {}) != wanted


def test_a_line_that_a_power_cut_tore_does_not_take_the_next_one_with_it(tmp_path):
    path = tmp_path / "requests.jsonl"
    path.write_text('{"reference": "R-AAAA", "key": "to', encoding="utf-8")
    reference = Book(path).add("next", {})
    assert json.loads(path.read_text(encoding="utf-8").splitlines()[1])["reference"] == reference


def test_the_file_is_for_its_owner_alone(tmp_path):
    book = Book(tmp_path / "requests.jsonl")
    book.add("key", {})
    assert book.path.stat().st_mode & 0o077 == 0


ADD_TWENTY = """
import sys, pathlib
from voiced_frontdesk.book import Book
path, worker = pathlib.Path(sys.argv[1]), sys.argv[2]
for number in range(20):
    Book(path).add(f"{worker}-{number}", {"worker": worker})
    Book(path).add(f"shared-{number}", {"worker": worker})
"""


def test_processes_that_write_at_once_lose_nothing_and_write_nothing_twice(tmp_path):
    path = tmp_path / "requests.jsonl"
    workers = [subprocess.Popen([sys.executable, "-c", ADD_TWENTY, path, name]) for name in ("a", "b", "c")]
    assert [worker.wait() for worker in workers] == [0, 0, 0]
    entries = lines(path)
    assert len(entries) == 3 * 20 + 20
    assert len({entry["reference"] for entry in entries}) == len(entries)
