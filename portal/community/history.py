"""What a post was before each change, as differences one can read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.community.anchors import anchor_of
from cms.community.editing import edits_of
from cms.community.models import Answer, Edit, Question
from cms.community.policies import Action, check_can
from portal.account.expired import signed_in
from portal.community.access import visible_answer, visible_question
from portal.community.presenters import address_of, person_name

MOST_SHOWN = 50
MOST_WORDS = 600  # of a changed stretch; longer ones are shown line by line
SAME, ADDED, REMOVED = "same", "added", "removed"
FAR_FROM_CHANGES = 3  # unchanged lines that are shown around a change
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of text that stayed, came or went."""

    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change of a post: when, by whom, and what it did to the text."""

    at: datetime
    by: str
    reason: str
    title: Sequence[Piece]
    body: Sequence[Piece]
    product: Sequence[Piece]


@require_safe
@signed_in()
def of_question(request: HttpRequest, pk: int) -> HttpResponse:
    """What the question has been."""
    return _history(request, visible_question(request.user, pk))


@require_safe
@signed_in()
def of_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """What the answer has been."""
    return _history(request, visible_answer(request.user, pk))


def _history(request: HttpRequest, post: Question | Answer) -> HttpResponse:
    check_can(request.user, Action.SEE_HISTORY, post)
    is_answer = isinstance(post, Answer)
    question = post.question if is_answer else post
    address = address_of(question)
    rows = edits_of(post).select_related("editor", "product").order_by("-pk")[:MOST_SHOWN]
    context = {
        "is_answer": is_answer,
        "title": question.title,
        "language": post.language,
        "changes": changes(post, list(rows)),
        "back": address + anchor_of(question, post.pk) if is_answer else address,
    }
    return render(request, "community/history.html", context)


def changes(post: Question | Answer, edits: Sequence[Edit]) -> list[Change]:
    """Every change, newest first: from what an edit kept to what came after it."""
    is_answer = isinstance(post, Answer)
    after_title = "" if is_answer else post.title
    after_body, after_product = post.body, "" if is_answer else post.product.name
    found = []
    for edit in edits:
        product = edit.product.name if edit.product else ""
        found.append(
            Change(
                at=edit.at,
                by=person_name(edit.editor),
                reason=edit.reason,
                title=_if_changed(edit.title, after_title),
                body=_if_changed(edit.body, after_body),
                product=_if_changed(product, after_product),
            )
        )
        after_title, after_body, after_product = edit.title, edit.body, product
    return found


def _if_changed(before: str, after: str) -> list[Piece]:
    return [] if before == after else difference(before, after)


def difference(before: str, after: str) -> list[Piece]:
    """How one text became another: lines first, then the words of those that changed."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(kind=SAME, text=_shortened(old[a:b])))
        else:
            pieces += _words("".join(old[a:b]), "".join(new[c:d]))
    return _joined(pieces)


def _words(before: str, after: str) -> list[Piece]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) > MOST_WORDS or len(new) > MOST_WORDS:
        return [Piece(kind=REMOVED, text=before), Piece(kind=ADDED, text=after)]
    pieces: list[Piece] = []
    gone, come, between = "", "", ""
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        text = "".join(old[a:b])
        if tag != "equal":  # white space between changed words goes and comes with them
            gone, come = gone + between + text, come + between + "".join(new[c:d])
            between = ""
        elif (gone or come) and not text.strip():
            between = text
        else:
            pieces += _change(gone, come)
            pieces.append(Piece(kind=SAME, text=between + text))
            gone, come, between = "", "", ""
    return [*pieces, *_change(gone, come), Piece(kind=SAME, text=between)]


def _change(gone: str, come: str) -> list[Piece]:
    return [Piece(kind=REMOVED, text=gone), Piece(kind=ADDED, text=come)]


def _shortened(lines: Sequence[str]) -> str:
    """Unchanged lines, with those far from any change left out."""
    if len(lines) <= 2 * FAR_FROM_CHANGES + 1:
        return "".join(lines)
    left_out = _("[lines that did not change]")
    return "".join([*lines[:FAR_FROM_CHANGES], f"{left_out}\n", *lines[-FAR_FROM_CHANGES:]])


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Without empty pieces, and with neighbours of one kind made one."""
    joined: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if joined and joined[-1].kind == piece.kind:
            piece = Piece(kind=piece.kind, text=joined.pop().text + piece.text)
        joined.append(piece)
    return joined
