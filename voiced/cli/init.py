"""`voiced init`: a new project with everything commented, ready for `voiced check`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(epilog="Example: voiced init accueil && cd accueil && voiced check")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
def init(*, folder: Path, force: bool) -> None:
    """Start a project in a new folder.

    FOLDER gets voiced.yaml, the flows, subprocessors.yaml, .env.example, and the schemas by which your editor completes
    and checks them.
    """
    from voiced.cli.starter import starter_files  # noqa: PLC0415 - only this command needs it

    files = starter_files()
    there = [name for name in files if (folder / name).exists()]
    if there and not force:
        raise click.UsageError(f"{folder} already has {', '.join(there)}; --force overwrites them")
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        click.echo(f"wrote {target}")
    click.echo(f"Next: cd {folder}, then `voiced check`.")
