"""`voiced check`: can this installation take calls? Every finding comes with its fix."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import click

from voiced.cli.options import config_option, json_option, print_json


@click.command(epilog="Example: voiced check --config voiced.yaml")
@config_option
@json_option
def check(*, file: Path, as_json: bool) -> int:
    """Check that this installation can take calls.

    Looks at the settings, the plugins, the flows, the models, the port, the database, the consent text and the privacy
    settings, and says how to mend what is wrong. Exit code 0: ready, maybe with warnings; 2: there are errors.
    """
    from voiced.cli.preflight import preflight  # noqa: PLC0415 - imports most of voiced

    findings = preflight(file, os.environ)
    failed = any(finding.level == "error" for finding in findings)
    if as_json:
        print_json({"ok": not failed, "findings": [dataclasses.asdict(finding) for finding in findings]})
        return 2 if failed else 0
    for finding in findings:
        click.echo(f"{finding.level:<8} {finding.subject:<9} {finding.message}")
        if finding.fix:
            click.echo(f"{'':<18} -> {finding.fix}")
    click.echo("Not ready: mend the errors above." if failed else "Ready.")
    return 2 if failed else 0
