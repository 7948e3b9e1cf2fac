import pytest

from voiced.plugin import Done, LlmRequest, Message, ToolCall, ToolSpec
from voiced.testing.fakes import FakeHost
from voiced_local.brain import make_brain

TOOLS = (
    ToolSpec(
        "horaires", "Connaître les horaires", examples=("Vous ouvrez à quelle heure ?", "Quels sont vos horaires ?")
    ),
    ToolSpec("adresse", "Savoir où nous sommes", examples=("Où êtes-vous ?", "Quelle est votre adresse ?")),
)


class Answers:
    def __init__(self):
        self.events = []

    async def send(self, event):
        self.events.append(event)


@pytest.fixture
def host(tmp_path):
    """A host without an encoder: what is learned is wording alone."""
    return FakeHost(tmp_path, tmp_path, models={})


async def chosen(brain, text):
    answers = Answers()
    await brain.reply(LlmRequest((Message("user", text),), TOOLS), answers)
    assert isinstance(answers.events[-1], Done)
    return [event.name for event in answers.events if isinstance(event, ToolCall)]


async def test_what_was_learned_once_is_read_back(host, tmp_path):
    first = await chosen(make_brain(None, host), "quels sont vos horaires")
    [kept] = (tmp_path / "brain").iterdir()
    written = kept.stat().st_mtime_ns
    assert await chosen(make_brain(None, host), "quels sont vos horaires") == first == ["horaires"]
    assert [(path, path.stat().st_mtime_ns) for path in (tmp_path / "brain").iterdir()] == [(kept, written)]


async def test_other_tools_are_learned_anew(host, tmp_path):
    await make_brain(None, host).prepare(TOOLS)
    await make_brain(None, host).prepare(TOOLS[:1])
    assert len(list((tmp_path / "brain").iterdir())) == 2


async def test_a_broken_file_is_learned_again(host, tmp_path):
    await make_brain(None, host).prepare(TOOLS)
    [kept] = (tmp_path / "brain").iterdir()
    kept.write_bytes(b"PK\x03\x04 half a file")
    assert await chosen(make_brain(None, host), "quelle est votre adresse") == ["adresse"]
    assert kept.stat().st_size > 1000


async def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path):
    (tmp_path / "brain").write_text("in the way")
    host = FakeHost(tmp_path, tmp_path, models={})
    assert await chosen(make_brain(None, host), "quelle est votre adresse") == ["adresse"]
