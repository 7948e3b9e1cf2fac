"""How long answers take, in virtual time."""

import random
import statistics

import pytest
import trio
from asking import CALLER

from voiced.testing.mistral import SMALL, Latency, Mistral, Reply

LONG = Reply(" ".join(["rendez-vous"] * 140))


def drawn(latency, prompt_tokens, count=2000):
    source = random.Random(4)
    return sorted(latency.before_first(prompt_tokens, source) for _ in range(count))


@pytest.mark.checklist("mistral-6")
def test_the_first_token_has_the_shape_of_published_figures():
    first = drawn(SMALL, 0)
    assert statistics.median(first) == pytest.approx(0.38, rel=0.1)
    assert first[1900] == pytest.approx(0.8, rel=0.2)


@pytest.mark.checklist("mistral-6")
def test_tokens_are_paced_with_a_spread_and_some_stall():
    source = random.Random(4)
    gaps = [SMALL.before_next(source) for _ in range(5000)]
    plain = [gap for gap in gaps if gap < 0.05]
    assert statistics.mean(plain) == pytest.approx(1 / 140, rel=0.05)
    assert max(plain) / min(plain) > 1.5
    assert 0.002 < 1 - len(plain) / len(gaps) < 0.03
    assert Latency().before_next(source) == 0


@pytest.mark.checklist("mistral-6")
async def test_an_answer_takes_its_tokens_time(asked, autojump_clock):
    took = []
    for _ in range(2):
        async with asked(Mistral([LONG], latency=SMALL, seed=7)) as ask:
            began = trio.current_time()
            await ask()
            took.append(trio.current_time() - began)
    assert len(LONG.tokens) / 140 < took[0] < 2 * len(LONG.tokens) / 140 + 2
    assert took[0] == pytest.approx(took[1], rel=0.01)


@pytest.mark.checklist("mistral-21")
async def test_a_longer_prompt_has_a_later_first_token(asked, autojump_clock):
    assert statistics.median(drawn(SMALL, 10_000)) - statistics.median(drawn(SMALL, 0)) == pytest.approx(0.9)
    took = []
    for length in (1, 40_000):
        async with asked(Mistral([Reply("Oui.")], latency=Latency(per_1k_prompt=0.09))) as ask:
            began = trio.current_time()
            await ask({**CALLER, "content": "x" * length})
            took.append(trio.current_time() - began)
    assert took[1] - took[0] == pytest.approx(0.9, abs=0.05)
