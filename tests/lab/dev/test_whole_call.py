"""`voiced dev` as its user has it: started, a worker configured by what it made, a call, and stopped."""

import io
import json
import os
import signal
import subprocess
import sys

import pytest
import yaml
from rich.console import Console

from voiced.config.flags import FLAGS
from voiced.lab.demo import place_call
from voiced.lab.screen import Screen
from voiced.lab.vendors import twilio_at
from voiced.lab.voices import no_voice
from voiced.lab.worker import free_port, started
from voiced.testing.scenario import read_scenario

FLOW = """\
flow: reception
title: Asks what to do
start: choix
policies:
  end_of_turn: {after: 0.3}
  failure: {say: Nous avons un souci., then: sortie}
  silence: {after: 30}
steps:
  choix:
    ask: Que faire ?
    routes:
      - {intent: rendez_vous, examples: ["prendre un rendez-vous"], to: fin}
  fin: {hangup: "Noté."}
  sortie: {hangup: "Voici la sortie."}
"""
SCENARIO = {
    "scenario": "Quelqu'un prend rendez-vous",
    "flow": "reception",
    "call": [
        {"agent": "Que faire"},
        {"caller": {"says": "Je voudrais un rendez-vous.", "audio": "kok_f_s02.wav", "after": 0.1}},
        {"unheard": "Voici la sortie"},
        {"agent": "Noté"},
        {"ends": "agent"},
    ],
}


@pytest.fixture
def dev(tmp_path):
    """Start `voiced dev` with these options; return it, and what it said when it was ready."""
    running, env = [], {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}

    def start(*options):
        command = [sys.executable, "-m", "voiced", "dev", "--json", "--base-port", "0", *map(str, options)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
        running.append(process)
        said = process.stdout.readline()
        assert said, process.stderr.read()
        return process, json.loads(said)

    yield start
    for process in running:
        process.kill()
        process.communicate()


def lay_out(folder):
    """Let the project that was made answer at a free port, with a flow of our own."""
    settings, port = folder / "voiced.yaml", free_port()
    written = (
        settings.read_text("utf-8").replace("port: 8080", f"port: {port}").replace("flow: accueil", "flow: reception")
    )
    settings.write_text(written, "utf-8")
    (folder / "flows" / "reception.yaml").write_text(FLOW, "utf-8")
    (folder / "scenario.yaml").write_text(yaml.safe_dump(SCENARIO, allow_unicode=True), "utf-8")
    return settings, f"http://127.0.0.1:{port}"


def seen(lines):
    """Return the vendors that were asked, with what became of it."""
    told = [json.loads(line) for line in lines.splitlines()]
    return {(each["vendor"], each["outcome"]) for each in told if "outcome" in each}


async def test_a_worker_holds_a_whole_call_with_the_vendors_that_were_made_for_it(dev, tmp_path):
    folder, lines = tmp_path / "essai", ("--line", "Je voudrais un rendez-vous.")
    process, ready = dev("--no-models", "--profile", "none", "--fault", "mistral=503", "--write", folder, *lines)
    settings, url = lay_out(folder)
    console = Console(record=True, width=160, file=io.StringIO())
    async with started(settings, url, folder / "data", dict.fromkeys(FLAGS, "")) as worker:
        scenario = read_scenario(folder / "scenario.yaml")
        report, play, _ = await place_call(worker, twilio_at(url), scenario, no_voice, Screen(console))
    assert (play.failures, report.failures) == ([], []), console.export_text()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    asked = seen(out)
    assert {("gladia", "201"), ("gladia", "opened"), ("mistral", "503"), ("openai", "200")} <= asked
    assert ("elevenlabs", "opened") in asked
    assert ready["project"] == str(settings)
    assert "rendez-vous" not in out
