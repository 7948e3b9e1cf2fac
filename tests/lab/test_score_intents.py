"""Scoring a brain: what counts as right, as rejected, as confused."""

import pytest

from voiced.lab.score_intents import Row, load_library, read_rows, score
from voiced.plugin import Done, LlmCapabilities, Token, ToolCall


class Oracle:
    """An Llm that answers by a table."""

    capabilities = LlmCapabilities()

    def __init__(self, answers):
        self.answers = answers

    async def prepare(self, tools):
        pass

    async def reply(self, request, out):
        name = self.answers.get(request.messages[-1].content)
        assert name is None or name in {tool.name for tool in request.tools}
        await out.send(Token("hum") if name is None else ToolCall("1", name))
        await out.send(Done())


async def test_it_counts_the_right_the_rejected_and_the_confused():
    tools = load_library(["horaires", "parking"])
    rows = [
        Row("horaires", "quand"),
        Row("parking", "où"),
        Row("parking", "quoi"),
        Row("none", "la pluie"),
        Row("none", "le beau temps"),
        Row("tarifs", "combien"),
    ]
    report = await score(Oracle({"quand": "horaires", "où": "horaires", "la pluie": "parking"}), tools, rows)
    assert report.accuracy == pytest.approx(1 / 3)
    assert report.rejection == pytest.approx(2 / 3), "an intent that is not on offer is out of scope"
    assert set(report.confusions) == {("parking", "horaires", 1), ("parking", "none", 1), ("none", "parking", 1)}
    assert "accuracy 33.3%, rejection 66.7%" in str(report)


def test_the_library_becomes_tools_with_their_sentences():
    assert len(load_library()) > len(load_library(["oui"])) == 1
    assert "Oui." in load_library(["oui"])[0].examples


def test_rows_are_read_as_they_stand(tmp_path):
    table = tmp_path / "rows.tsv"
    table.write_text('intent\tsentence\noui\tOui, "voilà".\n', encoding="utf-8")
    assert read_rows(table) == (Row("oui", 'Oui, "voilà".'),)
