"""What the terms of texts are made by: an index whose terms others have made answers badly.

Lists of other names are not among it: they are looked up when somebody searches.
"""

from functools import cache
from importlib.metadata import version
from importlib.resources import files
from zlib import crc32

LISTS = ("compound_parts.txt", "nn_nb.tsv", "stop_words.txt")
LIBRARIES = ("PyStemmer", "simplemma")


@cache
def edition() -> str:
    """Return a short name for the lists and libraries in use; another one when any has changed."""
    folder = files("search.text") / "data"
    made_by = [(folder / name).read_bytes() for name in LISTS]
    made_by += [f"{name} {version(name)}".encode() for name in LIBRARIES]
    checksum = crc32(b"\0".join(made_by))
    return f"{checksum:08x}"
