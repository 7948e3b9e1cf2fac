"""Reading TwiML."""

import pytest

from voiced.testing.twilio.twiml import TwimlRefused, parameters, parse


def document(inner):
    return f"<Response>{inner}</Response>".encode()


def refusal(inner):
    with pytest.raises(TwimlRefused) as refused:
        parse(document(inner))
    return refused.value.code


def test_verbs_come_in_order_with_attributes_text_and_children():
    say, gather = parse(document('<Say language="fr-FR"> Été </Say><Gather timeout="2.5"><Pause/></Gather>'))
    assert (say.name, say.get("language"), say.text) == ("Say", "fr-FR", "Été")
    assert gather.number("timeout", 5) == 2.5
    assert [child.name for child in gather.children] == ["Pause"]
    assert parse(document("")) == ()


@pytest.mark.checklist("twilio-8")
@pytest.mark.parametrize(
    "inner",
    ["<say>x</say>", "<Dance/>", '<Say Language="fr-FR">x</Say>', "<Say><Play>x</Play></Say>", "<Connect/>"],
)
def test_case_and_schema_matter(inner):
    assert refusal(inner) == 12200


@pytest.mark.checklist("twilio-8")
def test_the_root_is_response():
    with pytest.raises(TwimlRefused, match="12200"):
        parse(b"<response/>")


@pytest.mark.checklist("twilio-8")
def test_64_kb_is_the_limit():
    fits = document(f"<Say>{'a' * (64 * 1024 - 32)}</Say>")
    assert len(fits) == 64 * 1024
    assert len(parse(fits)) == 1
    with pytest.raises(TwimlRefused) as refused:
        parse(fits + b" ")
    assert refused.value.code == 11750


@pytest.mark.checklist("twilio-6")
@pytest.mark.parametrize(
    "text", [b"", b"hello", b"<Response>", b'<!DOCTYPE x [<!ENTITY a "b">]><Response>&a;</Response>']
)
def test_what_is_no_xml_is_12100(text):
    with pytest.raises(TwimlRefused) as refused:
        parse(text)
    assert refused.value.code == 12100


@pytest.mark.checklist("twilio-25")
@pytest.mark.parametrize("track", ["outbound_track", "both_tracks"])
def test_connect_has_the_inbound_track_only(track):
    assert refusal(f'<Connect><Stream url="wss://a/" track="{track}"/></Connect>') == 31941
    assert parse(document('<Connect><Stream url="wss://a/" track="inbound_track"/></Connect>'))


@pytest.mark.checklist("twilio-22")
def test_a_parameter_stays_below_500_characters():
    def stream(size):
        return f'<Connect><Stream url="wss://a/"><Parameter name="n" value="{"v" * size}"/></Stream></Connect>'

    (connect,) = parse(document(stream(498)))
    assert parameters(connect.children[0]) == {"n": "v" * 498}
    assert refusal(stream(499)) == 12200
