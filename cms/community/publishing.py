"""What happens to every text between being written and being shown: drawn, guarded, taken in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from cms.community import files, guard, log, mentions
from cms.community.drawing import drawn
from cms.community.members import member_of
from cms.community.models import Answer, CommunityEvent, PostDraft, PostFile, Question


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A text that has been looked at: how it is shown, whom it names, and why it is held."""

    html: str
    named: frozenset[int]
    held_for: str
    now: datetime

    def fields(self) -> dict[str, object]:
        """What of it is kept on the post."""
        return {
            "html": self.html,
            "held_at": self.now if self.held_for else None,
            "held_for": self.held_for,
        }


def look_at(
    text: str,
    body: str,
    *,
    by: User,
    now: datetime,
    draft: PostDraft | None = None,
    there: Iterable[PostFile] = (),
) -> Looked:
    """Draw a masked body, and ask the guard of all the text; `there` are files it has already."""
    new = PostFile.objects.filter(draft=draft) if draft else ()
    shown = drawn(body, files=[*there, *new])
    member = member_of(by, now=now)
    held_for = guard.hold_reason(text, member, now=now, html=shown.html)
    return Looked(html=shown.html, named=shown.named, held_for=str(held_for), now=now)


def take_in(
    post: Question | Answer, text: Looked, *, draft: PostDraft | None, now: datetime
) -> None:
    """Let the post have the draft's files, remember whom it names, and let the draft go."""
    if draft is not None:
        files.move_to(post, draft)
        PostDraft.objects.filter(pk=draft.pk).delete()
    question, answer = _both(post)
    mentions.record(question, answer, text.named, now=now)


def note_held(post: Question | Answer, *, now: datetime) -> None:
    """Log that a post waits for a moderator, when it does."""
    if post.is_held:
        question, answer = _both(post)
        log.note(CommunityEvent.Kind.HELD, question, answer, by=None, now=now, reason=post.held_for)


def _both(post: Question | Answer) -> tuple[Question, Answer | None]:
    return (post.question, post) if isinstance(post, Answer) else (post, None)
