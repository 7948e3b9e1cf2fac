"""Changing values in YAML text: what was meant is read back, and nothing else has moved."""

import json
from difflib import unified_diff

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from voiced.errors import BadInput
from voiced.yamlfile import DELETE, loads, splice

FILE = """\
# head
server:
    host: 127.0.0.1   # four spaces, the operator's own
    names:
    - a
    - b

# about providers
providers: {stt: local,   tts: 'local'}
empty:
none: {}   # nothing yet
text: >-
  one line
  and another

# about the end
"end": "x" # quoted
list:
  - first: 1
    second: 2
  - plain
"""


def change(path, value, text=FILE):
    """Return the lines that go and come, as a diff shows them."""
    after = splice(text, "file.yaml", {tuple(path.split("/")): value})
    lines = list(unified_diff(text.splitlines(), after.splitlines(), n=0, lineterm=""))
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


@pytest.mark.parametrize(
    ("path", "value", "lines"),
    [
        (
            "server/host",
            "0.0.0.0",
            [
                "-    host: 127.0.0.1   # four spaces, the operator's own",
                '+    host: "0.0.0.0"   # four spaces, the operator\'s own',
            ],
        ),
        (
            "providers/stt",
            "gladia",
            ["-providers: {stt: local,   tts: 'local'}", "+providers: {stt: gladia,   tts: 'local'}"],
        ),
        (
            "providers/tts",
            "c'est lui",
            ["-providers: {stt: local,   tts: 'local'}", "+providers: {stt: local,   tts: 'c''est lui'}"],
        ),
        (
            "providers/llm",
            "a, b",
            ["-providers: {stt: local,   tts: 'local'}", "+providers: {stt: local,   tts: 'local', llm: \"a, b\"}"],
        ),
        ("end", "new", ['-"end": "x" # quoted', '+"end": "new" # quoted']),
        ("empty", 3, ["-empty:", "+empty: 3"]),
        ("empty/deep/er", True, ["-empty:", "+empty: {deep: {er: true}}"]),
        ("none/on", None, ["-none: {}   # nothing yet", '+none: {"on": null}   # nothing yet']),
        ("server/port", 8080, ["+    port: 8080"]),
        ("server/names", ["x"], ["-    names:", "-    - a", "-    - b", "+    names: [x]"]),
        ("fresh/key", "10:00", ["+", "+fresh:", '+  key: "10:00"']),
        ("fresh", "text", ["+fresh: text"]),
        ("text", "Un mot : un autre", ["-  one line", "-  and another", "+  Un mot : un autre"]),
        ("text", 5, ["-text: >-", "-  one line", "-  and another", "+text: 5"]),
        ("server/host", DELETE, ["-    host: 127.0.0.1   # four spaces, the operator's own"]),
        ("text", DELETE, ["-text: >-", "-  one line", "-  and another"]),
        (
            "providers/stt",
            DELETE,
            ["-providers: {stt: local,   tts: 'local'}", "+providers: {tts: 'local'}"],
        ),
        (
            "providers/tts",
            DELETE,
            ["-providers: {stt: local,   tts: 'local'}", "+providers: {stt: local}"],
        ),
        ("server", DELETE, ["-server:", *("-" + line for line in FILE.splitlines()[2:6])]),
        ("nothing/there", DELETE, []),
    ],
)
def test_only_what_changes_is_written(path, value, lines):
    assert change(path, value) == lines


def test_the_only_key_leaves_an_empty_mapping():
    assert change("a/b", DELETE, "a: # about a\n  b: 1\nc: 2\n") == ["-a: # about a", "-  b: 1", "+a: {} # about a"]
    assert change("a/b", DELETE, "a: {b: 1}\n") == ["-a: {b: 1}", "+a: {}"]


def test_entries_of_lists_are_changed_by_their_number():
    assert '  - first: 1\n    second: "2"\n' in splice(FILE, "f", {("list", 0, "second"): "2"})
    assert "  - first: 1\n    second: 2\n    third: 3\n" in splice(FILE, "f", {("list", 0, "third"): 3})
    assert "  - second: 2\n" in splice(FILE, "f", {("list", 0, "first"): DELETE})
    assert "  - other\n" in splice(FILE, "f", {("list", 1): "other"})


def test_a_long_text_is_folded_where_it_can_be():
    long = "Acceptez-vous que nous gardions le texte de cet appel pendant {retention}, pour suivre votre demande ? " * 2
    after = splice("a: 1\nb:\n  say: court\n", "f", {("b", "say"): long.strip()})
    assert after.splitlines()[2] == "  say: >-"
    assert all(len(line) <= 104 and line.startswith("    ") for line in after.splitlines()[3:])
    assert loads(after, "f").data["b"]["say"] == long.strip()
    assert ">-" not in splice("b: {say: court}\n", "f", {("b", "say"): long})
    assert ">-" not in splice("say: court\n", "f", {("say",): long + "\n"})


def test_line_ends_and_a_missing_last_one_stay_as_they_are():
    assert splice("a: 1\r\nb: 2\r\n", "f", {("c",): 3}) == "a: 1\r\nb: 2\r\nc: 3\r\n"
    assert splice("a: 1", "f", {("b",): 2}) == "a: 1\nb: 2\n"
    assert splice("a: 1\n# end", "f", {("a",): 2}) == "a: 2\n# end"


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("- a: {b: 1}\n", (0, "a", "b", "c"), float("inf")),
        ("a: [x]\n", ("a", 3), "y"),
        ("a: 1\n", ("a",), float("nan")),
        ("a: 1\n", ("a",), "\ud800"),
        ("a:\n  - - x\n", ("a", 0), "y"),
    ],
)
def test_what_cannot_be_changed_so_is_refused(text, path, value):
    with pytest.raises(BadInput, match="cannot be changed by a program — change it with an editor"):
        splice(text, "f.yaml", {path: value})


def test_text_that_is_not_valid_is_refused_as_such():
    with pytest.raises(BadInput, match=r"f\.yaml:2:1: the key 'a' stands twice"):
        splice("a: 1\na: 2\n", "f.yaml", {("a",): 3})


ODD = ["yes", "No", "on", "~", "null", "10:00", "0612", "1_000", "0x1F", ".inf", "2024-01-01", "1e3", "", " ", "- a"]
ODD += [
    "a: b",
    "a #b",
    "#",
    "é\xa0: «\u202f!",
    "'",
    '"',
    "\\",
    "a\nb",
    "\t",
    "\x85",
    "\u2028",
    "\ufeff",
    "{x}",
    "[",
    "!t",
]
ODD += ["&a", "*a", "%", "@", "`", "? x", "| ", ">", "😀", "${X}", "=", "<<", "a,", "true", "y", "\x00", "\x7f", "a:"]
TEXTS = st.sampled_from(ODD) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS = TEXTS | st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXTS, below, max_size=3),
    max_leaves=4,
)
PATHS = st.sampled_from(
    [
        ("server", "host"), ("server", "port"), ("server", "names"), ("providers", "stt"), ("providers", "x"),
        ("empty",), ("empty", "y"), ("none", "z"), ("text",), ("end",), ("new",), ("new", "k"), ("list", 0, "second"),
        ("list", 1), ("server",),
    ]
)  # fmt: skip


@given(PATHS, VALUES)
@example(("text",), "a  b")
@example(("text",), " x")
@example(("text",), "x " * 90 + "x")
@settings(max_examples=120)
def test_whatever_is_written_is_read_back_and_all_else_stays(path, value):
    after = splice(FILE, "f", {path: value})
    read = loads(after, "f").data
    for step in path:
        read = read[step]
    assert json.dumps(read, sort_keys=True) == json.dumps(value, sort_keys=True)
    untouched = [line for line in FILE.splitlines() if line.startswith("#")]
    assert [line for line in after.splitlines() if line.startswith("#")] == untouched


@given(TEXTS)
@settings(max_examples=60)
def test_every_reader_of_yaml_reads_a_text_as_text(text):
    after = splice("a: 1\nb: {c: 1}\n", "f", {("a",): text, ("b", "c"): text})
    assert yaml.safe_load(after) == {"a": text, "b": {"c": text}}


KEYS = st.sampled_from("abcd")
TREES = st.recursive(
    st.integers(0, 9) | TEXTS,
    lambda below: st.dictionaries(KEYS, below, min_size=1, max_size=3) | st.lists(below, min_size=1, max_size=3),
    max_leaves=8,
)


def leaves(data, path=()):
    if isinstance(data, dict):
        for key, value in data.items():
            yield (*path, key)
            yield from leaves(value, (*path, key))


@given(
    st.dictionaries(KEYS, TREES, min_size=2, max_size=4),
    st.booleans() | st.none(),
    st.integers(1, 6),
    st.integers(2, 6),
    st.data(),
)
@settings(max_examples=60)
def test_whoever_wrote_the_file_in_whatever_style(data, flow, indent, width, draw):
    text = yaml.safe_dump(data, default_flow_style=flow, indent=indent, width=width * 10, allow_unicode=True)
    before = loads(text, "f").data
    path = draw.draw(st.sampled_from(list(leaves(before))))
    value = draw.draw(st.just(DELETE) | st.integers(10, 99))
    after = splice(text, "f", {path: value})
    where = loads(after, "f").data
    for step in path[:-1]:
        where = where[step]
    assert (path[-1] not in where) if value is DELETE else (where[path[-1]] == value)
