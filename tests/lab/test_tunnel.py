"""Tunnels: what is run, how its output tells the address, and a real one through an ssh server on this machine."""

from __future__ import annotations

import getpass
import shlex
import shutil
import subprocess
import sys

import pytest
import trio

from voiced.errors import Unavailable
from voiced.lab.tunnel import OPEN, Tunnel, answers, by_program, by_ssh, dig
from voiced.lab.worker import free_port
from voiced.testing.twilio.http_server import Response, serve_http

PATIENCE = 20
STAND_IN = """
import socket, sys, threading
command = sys.argv[sys.argv.index("-R") + 1]
bind, port, host, local = command.split(":")
def pump(a, b):
    while data := a.recv(65536):
        b.sendall(data)
    b.shutdown(socket.SHUT_WR)
server = socket.create_server((bind, int(port)))
print([each for each in sys.argv if each.startswith("LocalCommand=")][0].partition("echo ")[2], flush=True)
while True:
    near, _ = server.accept()
    far = socket.create_connection((host, int(local)))
    for pair in ((near, far), (far, near)):
        threading.Thread(target=pump, args=pair, daemon=True).start()
"""
SERVER = """
import asyncio, sys, asyncssh
class Server(asyncssh.SSHServer):
    def server_requested(self, _host, _port):
        return True
async def serve(folder, port):
    keys = {"server_host_keys": [folder + "/host"], "authorized_client_keys": folder + "/me.pub"}
    async with asyncssh.listen("127.0.0.1", int(port), server_factory=Server, **keys) as server:
        await server.wait_closed()
asyncio.run(serve(*sys.argv[1:]))
"""
CLIENT = """
Host here
 HostName 127.0.0.1
 Port {port}
 User {user}
 IdentityFile {folder}/me
 StrictHostKeyChecking accept-new
 UserKnownHostsFile {folder}/known
 LogLevel ERROR
"""


def key_pairs(folder):
    """Make a key for the server, and one for who may come."""
    assert shutil.which("ssh-keygen"), "tunnels are made by OpenSSH's client (Debian: apt-get install openssh-client)"
    for name in ("host", "me"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)


@pytest.fixture
def ssh_server(tmp_path):
    """The ssh command that reaches the host `here`: OpenSSH's own client, and a server of ours."""
    key_pairs(tmp_path)
    facts = {"port": free_port(), "folder": tmp_path, "user": getpass.getuser()}
    (tmp_path / "server.py").write_text(SERVER)
    (tmp_path / "client").write_text(CLIENT.format(**facts))
    server = subprocess.Popen([sys.executable, str(tmp_path / "server.py"), str(tmp_path), str(facts["port"])])
    yield f"ssh -F {shlex.quote(str(tmp_path / 'client'))} -o ConnectionAttempts=10"
    assert server.poll() is None, "the ssh server ended by itself"
    server.terminate()
    server.wait(PATIENCE)


@pytest.fixture
def stand_in(tmp_path):
    """A command that does what ssh does with `-R`, without a server."""
    (tmp_path / "ssh.py").write_text(STAND_IN)
    return f"{sys.executable} {tmp_path / 'ssh.py'}"


@pytest.fixture(params=["ssh_server", "stand_in"])
def ssh(request):
    """The ssh command that reaches the host `here`."""
    return request.getfixturevalue(request.param)


async def running(nursery):
    """Serve HTTP on this machine; return the port, and the paths that were asked for."""
    asked = []

    async def answer(request):
        await trio.lowlevel.checkpoint()
        asked.append(request.path)
        return Response(200, b"here")

    return await nursery.start(serve_http, answer, 0), asked


async def test_a_tunnel_by_ssh_leads_here(ssh):
    remote = free_port()
    found = []
    with trio.fail_after(PATIENCE):
        async with trio.open_nursery() as nursery:
            port, asked = await running(nursery)
            tunnel = by_ssh("here", port, remote=f"127.0.0.1:{remote}", address=f"http://127.0.0.1:{remote}", ssh=ssh)

            async def announced(address):
                assert await answers(address)
                found.append(address)
                nursery.cancel_scope.cancel()

            await dig(tunnel, announced)
    assert found == [f"http://127.0.0.1:{remote}"]
    assert asked[-1] == "/healthz"


async def test_where_nobody_answers_that_is_said():
    assert not await answers(f"http://127.0.0.1:{free_port()}", seconds=0.1)


def program(tmp_path, text):
    """A program that says `text` in Python's words."""
    (tmp_path / "program.py").write_text(text)
    return (sys.executable, str(tmp_path / "program.py"))


async def never(_address):
    await trio.sleep_forever()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("print('one'); print('no such host')", "told no public address (it ended): one / no such host"),
        ("", "it said nothing"),
    ],
)
async def test_a_program_that_tells_no_address_is_told_with_its_last_lines(tmp_path, text, told):
    with trio.fail_after(PATIENCE), pytest.raises(Unavailable) as error:
        await dig(Tunnel("ssh", program(tmp_path, text)), never)
    assert told in str(error.value)


async def test_a_tunnel_that_breaks_says_so(tmp_path):
    found = []

    async def announced(address):
        found.append(address)

    text = "print('x.lhr.life tunneled with tls termination, https://x.lhr.life', flush=True); print('bye')"
    with trio.fail_after(PATIENCE), pytest.raises(Unavailable, match=r"the tunnel broke: .* / bye"):
        await dig(Tunnel("ssh", program(tmp_path, text)), announced)
    assert found == ["https://x.lhr.life"]


async def test_what_is_not_installed_is_said():
    with pytest.raises(Unavailable, match="no-such-program cannot be run"):
        await dig(Tunnel("ssh", ("no-such-program",)), never)


@pytest.mark.parametrize(
    ("tunnel", "line", "address"),
    [
        (by_ssh("x", 8080), "a1b2.lhr.life tunneled with tls termination, https://a1b2.lhr.life", "https://a1b2.lhr.life"),
        (by_ssh("x", 8080), "Forwarding HTTP traffic from https://ab.serveo.net", "https://ab.serveo.net"),
        (by_ssh("x", 8080), "https://rnd.a.free.pinggy.link", "https://rnd.a.free.pinggy.link"),
        (by_ssh("x", 8080), "Read https://localhost.run/docs for more", ""),
        (by_ssh("x", 8080, address="https://voix.example.fr/"), f"{OPEN}", "https://voix.example.fr"),
        (by_ssh("x", 8080, address="https://voix.example.fr/"), "https://other.example.fr", ""),
        (by_program("cloudflared", 1), "INF |  https://a-b-c.trycloudflare.com   |", "https://a-b-c.trycloudflare.com"),
        (by_program("cloudflared", 1), "see https://developers.cloudflare.com/x", ""),
        (by_program("ngrok", 1), '{"msg":"started tunnel","url":"https://ab.ngrok.app"}', "https://ab.ngrok.app"),
        (by_program("ngrok", 1), '{"msg":"starting web service"}', ""),
    ],
)  # fmt: skip
def test_how_each_tells_its_address(tunnel, line, address):
    assert tunnel.address_in(line) == address


def test_what_is_run():
    own = by_ssh("moi@vps", 8080, remote="127.0.0.1:9000", address="https://voix.example.fr", ssh="ssh -p 2222")
    assert own.command[:5] == ("ssh", "-p", "2222", "-T", "-N")
    assert own.command[-3:] == ("-R", "127.0.0.1:9000:127.0.0.1:8080", "moi@vps")
    service = by_ssh("localhost.run", 8080)
    assert "-N" not in service.command
    assert service.command[-3:] == ("-R", "80:127.0.0.1:8080", "localhost.run")
    assert by_program("cloudflared", 8080).command[-1] == "http://127.0.0.1:8080"
    assert by_program("ngrok", 8080).command[:3] == ("ngrok", "http", "127.0.0.1:8080")
