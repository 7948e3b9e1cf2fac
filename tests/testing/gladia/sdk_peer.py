"""Gladia's own client: holds a conversation with each address it is given, tells in JSON what it was told."""

import asyncio
import json
import sys
from pathlib import Path

from gladiaio_sdk import GladiaClient

OPTIONS = {
    "encoding": "wav/ulaw",
    "sample_rate": 8000,
    "bit_depth": 8,
    "channels": 1,
    "endpointing": 0.1,
    "language_config": {"languages": ["fr"], "code_switching": False},
    "messages_config": {"receive_partial_transcripts": True, "receive_acknowledgments": True},
}


async def talk(url, sound, connections):
    """Say `sound`; stop once there were so many connections."""
    session = GladiaClient(api_key="test-key", api_url=url, region="eu-west").live_v2_async().start_session(OPTIONS)
    kinds, finals, over, connected = set(), [], asyncio.Event(), asyncio.Semaphore(0)
    ended = []

    def message(said):
        kinds.add(getattr(said, "type", ""))
        if getattr(said, "type", "") == "transcript" and said.data.is_final:
            finals.append(said.data.utterance.text.strip())

    def end(how):
        ended.append(how.code)
        over.set()
        for _ in range(connections):
            connected.release()

    session.on("message", message)
    session.on("ended", end)
    session.on("connected", lambda _: connected.release())
    for at in range(0, len(sound), 800):
        session.send_audio(sound[at : at + 800])
        await asyncio.sleep(0.002)
    async with asyncio.timeout(20):
        for _ in range(connections):
            await connected.acquire()
    session.stop_recording()
    await asyncio.wait_for(over.wait(), 30)
    return {"kinds": sorted(kinds), "finals": finals, "code": ended[0]}


async def main(jobs, sound):
    return await asyncio.gather(*(talk(url, sound, connections) for url, connections in jobs))


told = asyncio.run(main(json.loads(sys.argv[1]), Path(sys.argv[2]).read_bytes()))
sys.stdout.write(json.dumps(told))
