"""Compile the message catalogues named as arguments; one process for all of them."""

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogue(source: Path) -> None:
    """Write the compiled form beside the catalogue; unsure translations are left out."""
    with source.open("rb") as text:
        catalogue = read_po(text, locale=source.parent.parent.name, abort_invalid=True)
    unfinished = source.with_suffix(".mo-unfinished")
    with unfinished.open("wb") as target:
        write_mo(target, catalogue)
    os.replace(unfinished, source.with_suffix(".mo"))


def main() -> int:
    """Compile each; 1 with the catalogue's name when one cannot be read."""
    for name in sys.argv[1:]:
        try:
            compile_catalogue(Path(name))
        except Exception as error:  # whatever is wrong with it, say which one
            print(f"{name}: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
