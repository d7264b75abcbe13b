"""Reading what people write in files for us: sample content, vocabulary, settings of forms."""

from __future__ import annotations

import yaml

# The same one in C, many times as quick, where it is built.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str):
    """The lists, mappings, texts and numbers of a YAML text. Raises yaml.YAMLError."""
    return yaml.load(text, _LOADER)  # noqa: S506  a safe one
