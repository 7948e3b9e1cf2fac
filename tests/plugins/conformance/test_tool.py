"""Every bundled tool keeps its contract."""

from contextlib import asynccontextmanager

import pytest

from voiced.testing.conformance import ToolRig, check_tool
from voiced.testing.fakes import FakeHost
from voiced_frontdesk import Options, voiced_plugin

FACTORIES = {provider.name: provider.make for provider in voiced_plugin().providers}
CASES = {
    "appointment_request": ({"name": "Élan", "moment": "mardi à dix heures"}, {"name": "Élan", "day": "mardi"}),
    "take_message": ({"message": "Merci de me rappeler."}, {"message": "Oui", "telephone": "01 99 00 12 34"}),
}


@pytest.mark.parametrize("name", CASES)
def test_it_keeps_its_contract(name, tmp_path):
    @asynccontextmanager
    async def make(fault):
        folder = tmp_path / fault / "desk"
        if fault == "refused":  # a file lies where the folder should be
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.write_text("")
        yield ToolRig(FACTORIES[name](Options(), FakeHost(folder, folder)), CASES[name])

    check_tool(make, faults=("refused",))
