"""`voiced check`: can this installation take calls? Every finding comes with its fix."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import click

from voiced.cli.options import config_option, json_option, print_json


@click.command(epilog="Example: voiced check --offline")
@click.option("--offline", is_flag=True, help="Ask nobody outside of this machine.")
@config_option
@json_option
def check(*, offline: bool, file: Path, as_json: bool) -> int:
    """Check that this installation can take calls.

    Looks at the settings, the plugins, the flows with their consent text, the models, the port, the database, the disk
    and the privacy settings; at where callers' data goes and the register of sub-processors; then asks each provider
    for next to nothing, so that hosts, keys, clocks, certificates and the carrier's numbers are known to be right.
    Says how to mend what is wrong. Exit code 0: ready, maybe with warnings; 2: there are errors.
    """
    from voiced.preflight import preflight  # noqa: PLC0415 - imports most of voiced

    findings = []
    for finding in preflight(file, os.environ, offline=offline):
        findings.append(finding)
        if not as_json:
            click.echo(f"{finding.level:<8} {finding.subject:<9} {finding.message}")
            if finding.fix:
                click.echo(f"{'':<18} -> {finding.fix}")
    failed = any(finding.level == "error" for finding in findings)
    if as_json:
        print_json({"ok": not failed, "findings": [dataclasses.asdict(finding) for finding in findings]})
    else:
        click.echo("Not ready: mend the errors above." if failed else "Ready.")
    return 2 if failed else 0
