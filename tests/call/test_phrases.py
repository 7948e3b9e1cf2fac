"""The phrase book."""

from voiced.audio import MULAW_8K, PCM_16K
from voiced.call.phrases import IN_MEMORY, PhraseBook
from voiced.text.pronunciations import Pronunciations


def test_a_phrase_outlives_the_process(tmp_path):
    PhraseBook(tmp_path, "voix", MULAW_8K).put("Bonjour.", b"son")
    assert PhraseBook(tmp_path, "voix", MULAW_8K).get("Bonjour.") == b"son"


def test_another_voice_format_or_text_is_another_phrase(tmp_path):
    PhraseBook(tmp_path, "voix", MULAW_8K).put("Bonjour.", b"son")
    assert PhraseBook(tmp_path, "autre", MULAW_8K).get("Bonjour.") is None
    assert PhraseBook(tmp_path, "voix", PCM_16K).get("Bonjour.") is None
    assert PhraseBook(tmp_path, "voix", MULAW_8K).get("Bonjour !") is None


def test_silence_is_not_kept(tmp_path):
    book = PhraseBook(tmp_path, "voix", MULAW_8K)
    book.put("Bonjour.", b"")
    assert book.get("Bonjour.") is None


def test_what_memory_drops_is_read_from_disk_again(tmp_path):
    book = PhraseBook(tmp_path, "voix", MULAW_8K)
    for number in range(IN_MEMORY + 5):
        book.put(str(number), bytes([number % 256]) * 3)
    assert len(book._memory) == IN_MEMORY
    assert book.get("0") == b"\0\0\0"


def test_without_a_disk_the_memory_serves(tmp_path):
    (tmp_path / "file").write_text("in the way")
    book = PhraseBook(tmp_path / "file", "voix", MULAW_8K)
    book.put("Bonjour.", b"son")
    assert book.get("Bonjour.") == b"son"
    assert PhraseBook(tmp_path / "file", "voix", MULAW_8K).get("Bonjour.") is None


def test_no_half_written_file_is_left(tmp_path):
    book = PhraseBook(tmp_path, "voix", MULAW_8K)
    book.put("Bonjour.", b"son")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [book.path(book.key("Bonjour."))]


def test_another_way_to_say_a_word_is_another_phrase_only_where_it_is_said(tmp_path):
    book = PhraseBook(tmp_path, "voix", MULAW_8K)
    book.put("Cabinet Rouvray.", b"son")
    book.put("Bonjour.", b"autre")
    other = PhraseBook(tmp_path, "autre", MULAW_8K)
    other.put("Cabinet Rouvray.", b"ancien")
    told = book.beside([other]).saying(Pronunciations.of({"rouvray": "Rouvré"}))
    assert (told.get("Cabinet Rouvray."), told.stand_in("Cabinet Rouvray.")) == (None, None)
    assert told.get("Bonjour.") == b"autre"
    told.put("Cabinet Rouvray.", b"nouveau")
    assert (book.get("Cabinet Rouvray."), told.get("Cabinet Rouvray.")) == (b"son", b"nouveau")
