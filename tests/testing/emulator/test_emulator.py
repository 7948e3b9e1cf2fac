"""What emulators are made of, tried by real clients."""

import random
import statistics
from textwrap import dedent

import pytest
import trio

from voiced.errors import ProviderClosed, ProviderOverloaded, ProviderRefused
from voiced.net import Network
from voiced.plugin import WebResponse
from voiced.testing.emulator import Checklist, Delays, Gone, Profile, current_line, serving
from voiced.web.router import Router, Streaming


@pytest.fixture
async def net():
    made = Network("acme")
    yield made
    await made.aclose()


async def hello(_request):
    return WebResponse(body=b"hello")


async def parrot(peer):
    await peer.accept(subprotocol="speech")
    while True:
        await peer.send(await peer.receive())


async def test_requests_and_sockets_share_a_port(net):
    async with serving(Router({"/": {"GET": hello}}), {"/live": parrot}) as served:
        assert (await net.request("GET", served.url)).body == b"hello"
        async with net.connect(served.ws_url + "/live?key=1", subprotocols=("speech",)) as socket:
            for message in ("bonjour", b"\x00" * 70_000):
                await socket.send(message)
                assert await socket.receive() == message
        assert (await net.request("GET", served.url)).status == 200


async def test_a_socket_is_refused_by_a_talk_that_does_not_accept(net):
    async def refuses(_peer):
        await trio.lowlevel.checkpoint()

    async with serving(Router({}), {"/live": refuses}) as served:
        with pytest.raises(ProviderRefused):
            async with net.connect(served.ws_url + "/live"):
                pass
        with pytest.raises(Exception, match="404"):
            async with net.connect(served.ws_url + "/elsewhere"):
                pass


async def test_a_socket_is_closed_with_a_code_or_cut_off(net):
    async def ends(peer):
        await peer.accept()
        if await peer.receive() == "close":
            await peer.close(4001, "enough")
        else:
            await peer.cut()

    async with serving(Router({}), {"/live": ends}) as served:
        for message, code in (("close", 4001), ("cut", 1006)):
            async with net.connect(served.ws_url + "/live") as socket:
                await socket.send(message)
                with pytest.raises((ProviderClosed, ProviderOverloaded)) as closed:
                    await socket.receive()
            assert closed.value.code == code


async def test_a_client_that_closes_is_noticed_with_its_code(net):
    codes = []
    closed = trio.Event()

    async def listens(peer):
        await peer.accept()
        try:
            await peer.receive()
        except Gone as gone:
            codes.append(gone.code)
            closed.set()
            raise

    async with serving(Router({}), {"/live": listens}) as served:
        async with net.connect(served.ws_url + "/live") as socket:
            await socket.close(4002)
        with trio.fail_after(5):
            await closed.wait()
    assert codes == [4002]


def test_delays_have_the_shape_they_are_given():
    profile = Profile(0.3, 0.9)
    source = random.Random(7)
    drawn = sorted(profile.draw(source) for _ in range(4000))
    assert statistics.median(drawn) == pytest.approx(0.3, rel=0.1)
    assert drawn[3800] == pytest.approx(0.9, rel=0.15)
    assert Profile().draw(source) == 0


async def test_the_same_seed_gives_the_same_delays(autojump_clock):
    runs = [[await delays.wait() for _ in range(5)] for delays in (Delays(Profile(0.2, 0.5), 3) for _ in range(2))]
    assert runs[0] == runs[1]
    assert trio.current_time() > 0


LIST = Checklist(
    "acme", "Acme", (("D", "It answers"), ("C", "It may be late"), ("D", "It forgets"), ("C", "It comes twice"))
)


def test_what_a_checklist_lacks_is_said(tmp_path):
    (tmp_path / "test_acme.py").write_text(
        dedent("""
        import pytest

        @pytest.mark.checklist("acme-1")
        def test_it_answers(): ...


        @pytest.mark.checklist("acme-2", way="late")
        def test_it_is_late(): ...


        @pytest.mark.checklist("acme-2", way="late")
        def test_it_is_late_again(): ...


        @pytest.mark.checklist("acme-4")
        def test_it_comes_twice(): ...


        @pytest.mark.checklist("acme-9")
        async def test_unknown(): ...
        """)
    )
    assert LIST.missing(tmp_path) == [
        "acme-3 has no test: It forgets",
        "acme-9 is marked in test_acme.py::test_unknown, but there is no such item",
        "acme-2 is uncertain and shown in one way only (late): It may be late",
        "acme-4 is uncertain and shown in no way that a mark names: It comes twice",
    ]
    assert "| acme-1 | D | It answers | `test_acme.py::test_it_answers` |" in LIST.table(tmp_path)


@pytest.mark.parametrize(
    ("parameters", "ways"),
    [
        ('"late", [True, False]', "late=True; late=False"),
        ('("late", "told"), [("never", 1), ("soon", 2), ("soon", 3)]', "never; soon"),
        ('"late", [True]', ""),
        ('"told", [1, 2]', ""),
    ],
)
def test_a_parameter_may_be_the_ways(tmp_path, parameters, ways):
    (tmp_path / "test_acme.py").write_text(
        f"@pytest.mark.parametrize({parameters})\n"
        '@pytest.mark.checklist("acme-2", by="late")\n'
        "def test_late(late, told): ...\n"
    )
    assert any("acme-2" in fault for fault in LIST.missing(tmp_path)) == (not ways)
    assert f"| `test_acme.py::test_late` ({ways}) |" in LIST.table(tmp_path) or not ways


def test_ways_may_be_named_by_two_tests(tmp_path):
    (tmp_path / "test_acme.py").write_text(
        '@pytest.mark.checklist("acme-2", way="late")\ndef test_late(): ...\n\n\n'
        '@pytest.mark.checklist("acme-2", way="in time")\ndef test_in_time(): ...\n'
    )
    assert not any("acme-2" in fault for fault in LIST.missing(tmp_path))


@pytest.mark.parametrize("how", ["reset", "close"])
async def test_a_connection_is_broken_in_the_middle_of_an_answer(net, how):
    async def half(send):
        await send(b"half")
        await getattr(current_line(), how)()

    async def answer(_request):
        return Streaming(half)

    async with serving(Router({"/": {"GET": answer}})) as served, net.stream("GET", served.url) as reading:
        chunks = reading.chunks()
        assert await anext(chunks) == b"half"
        with pytest.raises(ProviderOverloaded, match="broke off"):
            await anext(chunks)
