"""Strict YAML with positions: what an operator writes, read so that every fault can be shown at its line and column.

Accepted is the part of YAML 1.2 that is JSON in other clothes: `true`, `false`, `null` (`~`, nothing), numbers as JSON
writes them; everything else is text (`yes`, `10:00`, `0612345678`, dates). Keys are text. Refused: a key twice in
one mapping, anchors, aliases, tags, several documents, more than 1 MB, anything but UTF-8.
"""

from voiced.yamlfile.document import Document, Path, Place
from voiced.yamlfile.loader import MAX_BYTES, load, load_bytes, loads
from voiced.yamlfile.schema import SECRET_KEY, validate
from voiced.yamlfile.splice import DELETE, Delete, splice

__all__ = [
    "DELETE",
    "MAX_BYTES",
    "SECRET_KEY",
    "Delete",
    "Document",
    "Path",
    "Place",
    "load",
    "load_bytes",
    "loads",
    "splice",
    "validate",
]
