"""What an operator may write, and what he is told when he may not have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiced import yamlfile
from voiced.errors import BadInput
from voiced.yamlfile import SECRET_KEY, load, loads, validate

SCHEMA = {
    "$defs": {
        "step": {
            "oneOf": [
                {
                    "type": "object",
                    "properties": {"say": {"type": "string", "minLength": 1}, "next": {"type": "string"}},
                    "required": ["say"],
                    "additionalProperties": False,
                },
                {
                    "type": "object",
                    "properties": {
                        "ask": {"type": "string"}, "retries": {"type": "integer", "minimum": 0, "maximum": 5},
                    },
                    "required": ["ask"],
                    "additionalProperties": False,
                },
            ]
        },
        "action": {
            "anyOf": [
                {"type": "object", "properties": {"kind": {"const": "dial"}, "number": {"type": "string"}}},
                {"type": "object", "properties": {"kind": {"const": "hangup"}, "after": {"type": "number"}}},
            ]
        },
    },
    "type": "object",
    "properties": {
        "provider": {"enum": ["twilio", "local", "frontdesk"]},
        "port": {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 65536},
        "enabled": {"type": "boolean"},
        "name": {"type": "string", "minLength": 2, "maxLength": 5, "pattern": "^[a-z]+$", "examples": ["ivr"]},
        "key": {"type": "string", "pattern": r"^\$\{", SECRET_KEY: True},
        "words": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2, "uniqueItems": True},
        "limits": {
            "type": "object", "additionalProperties": {"type": "number", "multipleOf": 5},
            "propertyNames": {"pattern": "^[a-z]+$"}, "minProperties": 1, "maxProperties": 2,
        },
        "when": {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
        "mode": {"anyOf": [{"const": "fast"}, {"const": "slow"}]},
        "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}},
        "action": {"$ref": "#/$defs/action"},
        "one": {"oneOf": [{"type": "string"}, {"minLength": 1}]},
        "hosts": {"type": "array", "contains": {"const": "main"}},
        "never": {"not": {"const": "x"}},
        "closed": False,
    },
    "patternProperties": {"^x-": True},
    "dependentRequired": {"port": ["name"]},
    "additionalProperties": False,
}  # fmt: skip


def said(text):
    """Return everything an operator is told about `text` as the file `v.yaml`."""
    try:
        return [str(problem) for problem in validate(loads(text, "v.yaml"), SCHEMA)]
    except BadInput as error:
        return [str(problem) for problem in error.problems]


def test_a_right_document_has_no_problem():
    text = "provider: local\nport: 80\nname: abc\nwords: [a]\nsteps:\n  - say: Bonjour\n  - {ask: Quoi, retries: 1}\n"
    assert said(text + "x-note: [1, 2]\naction: {kind: dial, number: '3900'}\nmode: fast\nwhen:\n") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True), ("false", False), ("null", None), ("~", None), ("", None), ("12", 12), ("-1.5e3", -1500.0),
        ("0", 0), ("1e2", 100.0), ("yes", "yes"), ("No", "No"), ("on", "on"), ("True", "True"), ("10:00", "10:00"),
        ("0123", "0123"), ("+33", "+33"), (".5", ".5"), ("0x1F", "0x1F"), ("1_000", "1_000"), (".inf", ".inf"),
        ("2026-01-01", "2026-01-01"), ("'12'", "12"), ('"true"', "true"), ("|\n  12\n", "12\n"),
        ("[1, [a]]", [1, ["a"]]),
    ],
)  # fmt: skip
def test_plain_values_are_read_as_json_reads_them_and_all_else_is_text(text, value):
    data = loads(f"a: {text}", "v.yaml").data["a"]
    assert (data, type(data)) == (value, type(value))


def test_keys_are_text():
    assert loads("1: a\ntrue: b\nyes: c\n<<: d\n", "v.yaml").data == {"1": "a", "true": "b", "yes": "c", "<<": "d"}


def test_an_empty_file_holds_nothing():
    assert said("# only a comment\n") == ["v.yaml:1:1: expected a mapping, found nothing"]


def test_places_of_values_keys_and_what_is_not_there():
    document = loads("a:\n  - b: 1\n    c: {d: [x, é, z]}\n", "v.yaml")
    assert document.place(["a", 0, "b"]) == (2, 8)
    assert document.place(["a", 0, "b"], key=True) == (2, 5)
    assert document.place(("a", 0, "c", "d", 2)) == (3, 19)
    assert document.place(["a", 7, "nothing"]) == (2, 3)
    assert document.place(["zzz"], key=True) == (1, 1)
    assert str(document.problem(["a", 0, "b"], "too small", "add 1")) == "v.yaml:2:8: too small — add 1"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("provider: local\nprovider: twilio\n",
         "v.yaml:2:1: the key 'provider' stands twice (first in line 1) — delete one of them"),
        ("a: &x 1\n", "v.yaml:1:4: '&x' is an anchor, which is not supported — delete it"),
        ("a: !!str 5\n", "v.yaml:1:4: '!!str' is a tag, which is not supported — delete it"),
        ("a: !secret x\n", "v.yaml:1:4: '!secret' is a tag, which is not supported — delete it"),
        ("a: ! x\n", "v.yaml:1:4: '!' is a tag, which is not supported — delete it"),
        ("a: 1\n---\nb: 1\n",
         "v.yaml:2:1: a second document begins here — keep one document in a file, without '---'"),
        ("? [a]\n: 1\n", "v.yaml:1:3: a list or mapping cannot be a key — put the key in quotes if it is a text"),
        ("a: 1e400\n", "v.yaml:1:4: this number is too large — put it in quotes if it is a text"),
        ("a: " + "9" * 5000, "v.yaml:1:4: this number is too large — put it in quotes if it is a text"),
        ("[" * 60, "v.yaml:1:52: this is nested more than 50 levels deep"),
        ("a:\n\t- x\n", "v.yaml:2:1: a tab stands where only spaces may — indent with spaces"),
        ("a: Oui: non\n", ("v.yaml:1:7: a ':' stands where none can"
                          " — put text that contains ': ' in quotes, or indent rightly")),
        ("a: 'x\nb: 1\n", "v.yaml:1:4: a quote is opened and never closed — close it"),
        ("a: [1, 2\nb: 3\n", "v.yaml:2:2: a list in [...] is not closed, or a ',' is missing — close it with ']'"),
        ("a: {x: 1\nb: 3\n", "v.yaml:2:2: a mapping in {...} is not closed, or a ',' is missing — close it with '}'"),
        ("a: 1\nb\nc: 2\n", "v.yaml:2:1: a ':' is missing after this key — write 'key: value'"),
        ("a:\n  - x\n  y: 1\n",
         "v.yaml:3:3: a list goes on here without '-' — align it with the '-' lines above, or end the list"),
        ("  a: 1\nb: 2\n", "v.yaml:2:1: this line's indentation fits nothing above it — align it with its neighbours"),
        ("a: @x\n", "v.yaml:1:4: this character cannot stand here — put the text in quotes"),
        ("a: *\n", "v.yaml:1:5: '&' and '*' cannot begin a text — put the text in quotes"),
        ('a: "\\d"\n', "v.yaml:1:5: a '\\' in double quotes means something special — use single quotes"),
        ("a: 'l'heure'\n", ("v.yaml:1:7: the value ends before this"
                           " — put the whole text in quotes; a ' inside '...' is written ''")),
        ("a: >x\n", "v.yaml:1:5: the text after '|' or '>' begins on the next line — break the line here"),
        ("%FOO\n---\na: 1",
         "v.yaml:1:5: this is not YAML: found unknown directive name while scanning a directive"),
        ("é: a\nb: \x01\n", "v.yaml:2:4: a control character stands here — delete it"),
        (b"a: b\nc: \xe9t\xe9\n", "v.yaml:2:4: this is not UTF-8 text — save the file as UTF-8"),
        (b"a: " + b"x" * 1_000_000, "v.yaml: the file is larger than 1 MB"),
    ],
)  # fmt: skip
def test_what_is_not_our_yaml(text, problem):
    assert said(text) == [problem]


def test_an_alias_is_refused_along_with_its_anchor_and_as_a_key():
    assert said("a: &x 1\nb: *x\n*x : 1\n") == [
        "v.yaml:1:4: '&x' is an anchor, which is not supported — delete it",
        "v.yaml:2:4: '*x' is an alias, which is not supported — write the value out",
        "v.yaml:3:1: '*x' is an alias, which is not supported — write the value out",
    ]


def test_faults_before_a_syntax_error_are_told_too():
    assert [p.partition(" ")[0] for p in said("a: 1\na: 2\nb: @\n")] == ["v.yaml:2:1:", "v.yaml:3:4:"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[]", "v.yaml:1:1: expected a mapping, found a list"),
        ("providr: local", "v.yaml:1:1: unknown key 'providr' — did you mean 'provider'?"),
        ("provider: Twillio", ("v.yaml:1:11: provider: 'Twillio' is not one of the possible values"
                              " — did you mean 'twilio'?")),
        ("provider: ovh", ("v.yaml:1:11: provider: 'ovh' is not one of the possible values"
                          " — possible: twilio, local, frontdesk")),
        ("provider: 5", ("v.yaml:1:11: provider: 5 is not one of the possible values"
                        " — possible: twilio, local, frontdesk")),
        ("enabled: yes", ("v.yaml:1:10: enabled: expected true or false, found the text 'yes'"
                         " — write true without quotes")),
        ("enabled: 'False'", ("v.yaml:1:10: enabled: expected true or false, found the text 'False'"
                             " — write false without quotes")),
        ("enabled: maybe", "v.yaml:1:10: enabled: expected true or false, found the text 'maybe'"),
        ("name: abc\nport: soon", "v.yaml:2:7: port: expected a whole number, found the text 'soon'"),
        ("name: abc\nport: '080'", ("v.yaml:2:7: port: expected a whole number, found the text '080'"
                                   " — write the number without quotes, leading zeros or '+'")),
        ("name: abc\nport: 1.5", "v.yaml:2:7: port: expected a whole number, found the number 1.5"),
        ("name: abc\nport: true", "v.yaml:2:7: port: expected a whole number, found true"),
        ("name: abc\nport: 0", "v.yaml:2:7: port: 0 is too small: it must be more than 0"),
        ("name: abc\nport: 70000", "v.yaml:2:7: port: 70000 is too large: it must be less than 65536"),
        ("port: 80", "v.yaml:1:1: the key 'name' is missing — add 'name: ...'"),
        ("name: 12", "v.yaml:1:7: name: expected a text, found the number 12 — put it in quotes: '12'"),
        ("name: a", "v.yaml:1:7: name: 'a' is too short: at least 2 characters — for example 'ivr'"),
        ("name: abcdef", "v.yaml:1:7: name: 'abcdef' is too long: at most 5 characters — for example 'ivr'"),
        ("name: A-1", "v.yaml:1:7: name: 'A-1' does not have the expected form (^[a-z]+$) — for example 'ivr'"),
        ("words: bonjour", ("v.yaml:1:8: words: expected a list, found the text 'bonjour'"
                           " — write it as a list: [bonjour]")),
        ("words: []", "v.yaml:1:8: words: the list is too short: at least 1"),
        ("words: [a, b, c]", "v.yaml:1:8: words: the list is too long: at most 2"),
        ("words: [a, a]", "v.yaml:1:8: words: the list holds the same value twice"),
        ("words:\n  - a\n  - {b: 1}", "v.yaml:3:5: words/1: expected a text, found a mapping"),
        ("limits: {}", "v.yaml:1:9: limits: the mapping has too few keys: at least 1"),
        ("limits: {a: 5, b: 5, c: 5}", "v.yaml:1:9: limits: the mapping has too many keys: at most 2"),
        ("limits:\n  a: 7", "v.yaml:2:6: limits/a: 7 is not a multiple of 5"),
        ("limits:\n  A1: 5", "v.yaml:2:3: limits: the key 'A1' is not allowed"),
        ("when: [1]", "v.yaml:1:7: when: expected a text or a whole number or nothing, found a list"),
        ("mode: fest", "v.yaml:1:7: mode: 'fest' is not one of the possible values — did you mean 'fast'?"),
        ("steps:\n  - say: ''", "v.yaml:2:10: steps/0/say: the text is empty"),
        ("steps:\n  - ask: Qui ?\n    retrys: 2",
         "v.yaml:3:5: steps/0: unknown key 'retrys' — did you mean 'retries'?"),
        ("steps:\n  - ask: Qui ?\n    retries: 9", "v.yaml:3:14: steps/0/retries: 9 is too large: at most 5"),
        ("steps:\n  - ask: Qui ?\n    retries: -1", "v.yaml:3:14: steps/0/retries: -1 is too small: at least 0"),
        ("steps:\n  - Bonjour", "v.yaml:2:5: steps/0: expected a mapping, found the text 'Bonjour'"),
        ("action: {kind: dail}", ("v.yaml:1:16: action/kind: 'dail' is not one of the possible values"
                                 " — did you mean 'dial'?")),
        ("action: {kind: dial, number: 3900}", ("v.yaml:1:30: action/number: expected a text, found the number 3900"
                                               " — put it in quotes: '3900'")),
        ("one: abc", "v.yaml:1:6: one: 'abc' fits several forms, and only one may fit"),
        ("hosts: [other]", "v.yaml:1:8: hosts: the list lacks a value that it must hold"),
        ("never: x", "v.yaml:1:8: never: 'x' is excluded here"),
        ("closed: 1", "v.yaml:1:1: 1 is not allowed here"),
    ],
)  # fmt: skip
def test_what_the_schema_does_not_allow(text, problem):
    assert said(text) == [problem]


@pytest.mark.parametrize("text", ["key: s3cr3t", "key: 12345678", "key: [s3cr3t]"])
def test_a_secret_written_out_is_never_quoted(text):
    (problem,) = said(text)
    assert problem.startswith("v.yaml:1:6: key: ")
    assert "s3cr3t" not in problem
    assert "1234" not in problem


def test_all_faults_are_told_at_once_in_the_order_of_the_file():
    text = "name: 5\nportt: 1\nsteps:\n  - say: a\n    nxt: b\n  - {}\nenabled: 1\n"
    assert said(text) == [
        "v.yaml:1:7: name: expected a text, found the number 5 — put it in quotes: '5'",
        "v.yaml:2:1: unknown key 'portt' — did you mean 'port'?",
        "v.yaml:5:5: steps/0: unknown key 'nxt' — did you mean 'next'?",
        "v.yaml:6:5: steps/1: the key 'say' is missing — add 'say: ...'",
        "v.yaml:7:10: enabled: expected true or false, found the number 1",
    ]


def test_two_missing_keys_are_two_problems_each_told_once():
    problems = validate(loads("{}", "v.yaml"), {"required": ["a", "b"]})
    assert [p.reason for p in problems] == ["the key 'a' is missing", "the key 'b' is missing"]


def test_long_values_and_long_choices_are_cut():
    schema = {"enum": [f"choice{n}" for n in range(30)]}
    (problem,) = validate(loads("z" * 500, "v.yaml"), schema)
    assert len(problem.reason) < 120
    assert problem.fix.endswith("choice11, ...")


def test_a_file_is_named_as_it_was_given(tmp_path):
    path = tmp_path / "v.yaml"
    path.write_text("\ufeffa: 1\n", encoding="utf-8")
    document = load(path)
    assert (document.data, document.file) == ({"a": 1}, str(path))
    assert load(path, "voiced.yaml").file == "voiced.yaml"
    with pytest.raises(BadInput, match=r"^gone\.yaml: the file cannot be read: No such file or directory$"):
        load(tmp_path / "gone.yaml", "gone.yaml")


@given(st.text(alphabet="ab:-[]{}'\"&*!|>#%@,? \n\t\\0", max_size=60))
def test_whatever_is_written_gives_data_or_problems_with_places(text):
    problems = []
    try:
        problems += validate(yamlfile.loads(text, "v.yaml"), SCHEMA)
    except BadInput as error:
        problems += error.problems
    lines = len(text.splitlines()) + 1
    assert all(0 < p.line <= lines + 1 and p.column > 0 and p.reason for p in problems)
