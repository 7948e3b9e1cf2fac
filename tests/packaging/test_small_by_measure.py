"""Small functions in small files, each exception with its reason."""

import ast
import io
import re
import statistics
import tokenize

import pytest

LONGEST_FUNCTION = 40
LONGEST_FILE = 400
MEDIAN_FUNCTION = 10
SILENCED = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma:\s*no cover)")
# The rule that is silenced, then why, in words.
REASONED = re.compile(
    r"# (?:noqa: [A-Z]+\d+(?:, [A-Z]+\d+)*|type: ignore\[[\w, -]+\]|pragma: no cover)\s+(?:--?|#) \S+\s\S+"
)


@pytest.fixture(scope="module")
def functions(root, modules):
    return [
        (node.end_lineno - node.lineno + 1, f"{path}:{node.lineno} {node.name}")
        for path in modules
        for node in ast.walk(ast.parse((root / path).read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_no_function_is_long(functions):
    assert [where for lines, where in functions if lines > LONGEST_FUNCTION] == []


def test_most_functions_are_short(functions):
    assert statistics.median(lines for lines, _ in functions) < MEDIAN_FUNCTION


def test_no_file_is_long(root, modules):
    lengths = {str(path): len((root / path).read_text("utf-8").splitlines()) for path in modules}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def comments(text):
    return [token for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type == tokenize.COMMENT]


def test_what_is_silenced_says_why(root, files):
    texts = {path: (root / path).read_text("utf-8") for path in files if path.suffix == ".py"}
    silent = [
        f"{path}:{comment.start[0]} {comment.string}"
        for path, text in texts.items()
        if SILENCED.search(text)
        for comment in comments(text)
        if SILENCED.search(comment.string) and not REASONED.search(comment.string)
    ]
    assert silent == []


def test_rules_that_are_off_say_why(root):
    text = (root / "pyproject.toml").read_text()
    lint = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.pylint]")]
    switched_off = re.findall(r'^  "[A-Z]+\d*",.*$', lint, re.MULTILINE)
    assert switched_off
    assert [line for line in switched_off if not re.search(r"# \S+ \S+", line)] == []
