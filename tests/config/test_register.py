"""The register of sub-processors."""

import pytest

from voiced.config.register import read_register
from voiced.errors import BadInput

SOUND = """\
subprocessors:
  - provider: gladia
    company: Gladia SAS, Rennes
    role: Speech to text
    region: eu
    dpa: {reference: DPA 3.1, date: "2026-01-15"}
    transfer: none
    retention: each session is deleted after its call
"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "subprocessors.yaml"


def test_it_says_who_does_what_where_and_by_which_contract(file):
    file.write_text(SOUND)
    entry = read_register(file).of("gladia")
    assert (entry.company, entry.region, entry.dpa.date) == ("Gladia SAS, Rennes", "eu", "2026-01-15")
    assert read_register(file).of("mistral") is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('    dpa: {reference: DPA 3.1, date: "2026-01-15"}\n', "", "2:5: subprocessors/0"),
        ("DPA 3.1", '""', "6:22: subprocessors/0/dpa/reference"),
        ("2026-01-15", "2026-02-30", "6:37: there is no such day"),
        ("transfer: none", "transfer: hope", "7:15: subprocessors/0/transfer"),
        ("region: eu", "region: us", "7:15: data goes to 'us' without a ground for that — name the adequacy"),
        ("    retention: each session is deleted after its call\n", "", "2:5: subprocessors/0"),
    ],
)
def test_what_is_missing_or_cannot_be_is_said_where_it_stands(file, old, new, said):
    file.write_text(SOUND.replace(old, new))
    with pytest.raises(BadInput) as raised:
        read_register(file)
    assert f"subprocessors.yaml:{said}" in str(raised.value)


def test_nobody_stands_twice(file):
    file.write_text(SOUND + SOUND.removeprefix("subprocessors:\n"))
    with pytest.raises(BadInput, match="'gladia' stands twice — delete one"):
        read_register(file)


def test_a_file_that_is_not_there_is_a_fault(file):
    with pytest.raises(BadInput):
        read_register(file)
