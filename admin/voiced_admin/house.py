"""What the panel knows of the installation that it administers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from peewee import Database

from voiced.config.catalogue import Plugins
from voiced.config.settings import Settings
from voiced_admin.disk import Reader
from voiced_admin.fleet import Lookout
from voiced_admin.listing import Catalogue


@dataclass(frozen=True, slots=True)
class House:
    """One installation. What may change while the panel runs is read anew for each page."""

    file: Path
    """Its `voiced.yaml`."""
    env: Mapping[str, str] = field(repr=False)
    """The environment of the process, which may hold secrets."""
    plugins: Plugins
    settings: Settings
    """The settings that this process started with: where the data is, and what a restart would change."""
    database: Database
    fleet: Lookout
    disk: Reader
    secret: bytes = field(repr=False)
    """What sessions are signed with."""
    catalogue: Catalogue = field(default_factory=Catalogue)
    """What vendors offer the accounts."""


def open_house(
    file: Path, env: Mapping[str, str], settings: Settings, plugins: Plugins, database: Database, secret: bytes
) -> House:
    """Return the house of the project `file`."""
    looks = Lookout(settings.data_dir), Reader(file, env, plugins)
    return House(file, env, plugins, settings, database, *looks, secret)
