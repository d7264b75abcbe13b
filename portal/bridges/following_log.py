"""What happens in the community moves the time the desk takes a question up, and names its task."""

from __future__ import annotations

from django.db.models.signals import post_save

from cms.community.models import CommunityEvent, Question
from portal.bridges import tasks, waiting

Kind = CommunityEvent.Kind
_BEGIN = frozenset({*waiting.BEGIN_AGAIN, Kind.MOVED, Kind.EDITED})  # MOVED: to other hours perhaps
_RETITLE = frozenset(
    {Kind.EDITED, Kind.WITHDRAWN, Kind.HELD, Kind.APPROVED, Kind.HIDDEN, Kind.RESTORED}
)


def connect() -> None:
    """Follow the log; once, when the application starts."""
    post_save.connect(_follow, sender=CommunityEvent, dispatch_uid="bridges.following_log")


def _follow(sender, instance: CommunityEvent, created: bool, raw: bool = False, **_kw) -> None:
    """Within the transaction of the change, so that nothing is forgotten when a process ends."""
    if raw or instance.question_id is None or instance.answer_id is not None:
        return
    question = instance.question
    asked_without = instance.kind == Kind.ASKED and question.answer_due_at is None
    if asked_without or instance.kind in _BEGIN:
        waiting.begin_again(question, instance.at)
    if instance.kind in _RETITLE:
        tasks.retitle(Question.objects.get(pk=question.pk))
