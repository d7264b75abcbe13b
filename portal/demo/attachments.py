"""Small made-up files that people send along: an extract of a log, a picture of a screen."""

from __future__ import annotations

import struct
import zlib
from datetime import datetime, timedelta
from random import Random

from django.core.files.base import ContentFile

from triage.tickets.files import StoredFile, examine

NAMES = {"nb": "skjermbilde", "nn": "skjermbilete", "en": "screenshot"}
WIDTH, HEIGHT = 320, 200
PAPER, BAR, LINE, FAULT = (245, 246, 248), (30, 60, 110), (200, 204, 210), (190, 40, 50)


def sample_file(language: str, at: datetime, chance: Random) -> StoredFile:
    """A log or a picture, looked at as every upload is."""
    if chance.random() < 0.5:
        upload = ContentFile(log_extract(at, chance).encode(), name="feillogg.txt")
    else:
        upload = ContentFile(picture(chance), name=f"{NAMES[language]}.png")
    return examine(upload)


def log_extract(at: datetime, chance: Random) -> str:
    """A few lines as a system may have written them just before."""
    lines = []
    for number in range(6, 0, -1):
        moment = at - timedelta(minutes=20, seconds=number * 7)
        trace = f"{chance.getrandbits(64):016x}"
        level, text = ("INFO", "POST /instances 201") if number > 2 else ("ERROR", "HTTP 503")
        lines.append(f"{moment:%Y-%m-%dT%H:%M:%SZ} {level:<5} trace={trace} {text}")
    return "\n".join(lines) + "\n"


def picture(chance: Random) -> bytes:
    """A picture of a made-up screen: a bar, lines of text and a red box, as PNG."""
    fault_at = chance.randrange(60, 150)
    rows = b"".join(b"\0" + _row(y, fault_at) for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def _row(y: int, fault_at: int) -> bytes:
    """One line of points."""
    if y < 24:
        return bytes(BAR) * WIDTH
    if fault_at <= y < fault_at + 30:
        return bytes(PAPER) * 20 + bytes(FAULT) * (WIDTH - 40) + bytes(PAPER) * 20
    written = 40 + (y // 16 * 53) % 200 if y % 16 < 6 else 0
    return bytes(PAPER) * 20 + bytes(LINE) * written + bytes(PAPER) * (WIDTH - 20 - written)


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
