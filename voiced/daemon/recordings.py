"""The job that has carriers erase what they recorded of calls which are erased here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import trio

from voiced.daemon.host import WorkerHost
from voiced.daemon.project import Project
from voiced.errors import ProviderError, Unavailable
from voiced.net import Network
from voiced.observe.log import logger
from voiced.plugin import CallControl, control_of
from voiced.registry import Registry
from voiced.resilience import Breakers, Carrier

log = logger("jobs")

DEADLINE = 1800.0
"""Seconds for all calls of one job."""


async def erase_recordings(project: Project, breakers: Breakers, calls: Sequence[str]) -> Mapping[str, Any]:
    """Have the recordings of `calls` (`carrier/its-id`) erased; return how many calls were asked for, and recordings.

    A carrier without an API has none that we could reach. Each call is tried; then what went wrong first is raised:
    `ProviderError`, or `Unavailable` when a carrier's plugin is not there any more.
    """
    asked: dict[str, list[str]] = defaultdict(list)
    for call in calls:
        provider, _, carrier_call_id = call.partition("/")
        asked[provider].append(carrier_call_id)
    erased, faults = 0, list[Exception]()
    with trio.fail_after(DEADLINE):
        for provider, ids in asked.items():
            net = Network(provider)
            try:
                control = _control(project, provider, net)
                if control is not None:
                    erased += await _erase(Carrier(control, provider, breakers), ids, faults)
            except Unavailable as error:
                faults.append(error)
            finally:
                await net.aclose()
    if faults:
        raise faults[0]
    return {"calls": len(calls), "erased": erased}


async def _erase(carrier: CallControl, ids: Sequence[str], faults: list[Exception]) -> int:
    erased = 0
    for call in ids:
        try:
            for recording in await carrier.recordings(call):
                await carrier.delete_recording(recording)
                erased += 1
        except ProviderError as error:
            faults.append(error)
    return erased


def _control(project: Project, provider: str, net: Network) -> CallControl | None:
    settings, threads = project.settings, trio.CapacityLimiter(1)

    def host(plugin: str) -> WorkerHost:
        folder = settings.data_dir / "plugins" / plugin
        return WorkerHost(folder, settings.cache_dir, logger(plugin), threads, net=net)

    try:
        return control_of(Registry(settings, project.plugins, host).provider("telco", provider))
    except Unavailable as error:
        fix = "switch its plugin on in voiced.yaml and retry the job; drop the job if nothing was recorded there"
        said = f"{provider} may have recorded calls that are erased here: {error.reason}"
        raise Unavailable(said, fix=fix) from error
