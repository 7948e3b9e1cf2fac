"""What a committed file may not say."""

import re

TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".sh", ".sql", ".json", ".example", ".service", ""}
# Composed, so that this file passes its own test.
HOSTS = re.compile("|".join(("py" + r"pi\.org", "python" + "hosted", r"registry\.npm" + "js", r"proxy\.go" + "lang")))
FOLDERS = "|".join(("wo" + "rk", "ro" + "ot", "fa" + "rm", "home/" + r"\w+"))
MACHINE = re.compile(rf"(?<![\w.$}}~/])/(?:{FOLDERS})(?:/|\b(?!@))")
NEIGHBOUR = re.compile(r"\.\./sha" + "red")
UNFINISHED = re.compile(r"\b(?:TO" + "DO|FIX" + "ME|NotImplemented" + r"Error)\b")


def lines_with(pattern, root, files):
    return [
        f"{path}:{number}: {line.strip()[:80]}"
        for path in files
        if path.suffix in TEXT
        for number, line in enumerate((root / path).read_text("utf-8", "replace").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_registry_host(root, files):
    assert lines_with(HOSTS, root, files) == []


def test_no_path_of_one_machine(root, files):
    assert lines_with(MACHINE, root, files) == []
    assert lines_with(NEIGHBOUR, root, files) == []


def test_nothing_is_left_for_later(root, files):
    assert lines_with(UNFINISHED, root, files) == []
