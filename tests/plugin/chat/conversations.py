"""Histories as calls leave them."""

from hypothesis import strategies as st

from voiced.plugin import Message, ToolCall

IDS = st.sampled_from(["", "t1", "t3", "a1B2c3D4e", "call_abcdefghijklmnop"])
WORDS = st.sampled_from(["", " ", "Oui.", "Mardi matin", "Je regarde…", "…"])
CALLS = st.builds(
    ToolCall, IDS, st.sampled_from(["creneaux", "prendre rendez-vous", "été"]), st.just({"jour": "mardi"})
)
LINES = st.one_of(
    st.builds(Message, st.just("system"), WORDS),
    st.builds(Message, st.just("user"), WORDS),
    st.builds(Message, st.just("assistant"), WORDS, st.lists(CALLS, max_size=2).map(tuple)),
    st.builds(Message, st.just("tool"), WORDS, st.just(()), IDS),
)
HISTORIES = st.lists(LINES, max_size=9)
"""Any lines in any order: worse than what a call can leave."""


def user(text):
    return Message("user", text)


def agent(text, *calls):
    return Message("assistant", text, calls)


def result(call, text='{"ok": true}'):
    return Message("tool", text, (), call.id)
