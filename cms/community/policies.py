"""Who may do what with a question or an answer.

`check_can` raises PermissionDenied with a sentence for the person; `can` asks it, so that the
button and the guard cannot disagree. Seeing is `objects.visible_to(user)`: whoever acts on
something has got it from there.
"""

from __future__ import annotations

from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import Team
from cms.community.models import Answer, Flag, Question


class Action(StrEnum):
    """What a person can do to a post of the community."""

    ANSWER = "answer"
    ANSWER_OFFICIALLY = "answer_officially"
    ME_TOO = "me_too"
    VOTE = "vote"
    ACCEPT = "accept"
    CONFIRM = "confirm"
    EDIT = "edit"
    RETAG = "retag"
    WITHDRAW = "withdraw"
    SEE_HISTORY = "see_history"
    FLAG = "flag"
    HIDE = "hide"
    RESTORE = "restore"
    APPROVE = "approve"
    DISMISS_FLAGS = "dismiss_flags"
    MOVE = "move"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"
    SEPARATE = "separate"


TAKES_NEW = frozenset({Action.ANSWER, Action.ANSWER_OFFICIALLY})
MODERATION = frozenset(
    {
        Action.HIDE,
        Action.RESTORE,
        Action.APPROVE,
        Action.DISMISS_FLAGS,
        Action.MOVE,
        Action.CLOSE,
        Action.REOPEN,
        Action.MERGE,
        Action.SEPARATE,
    }
)
# What concerns a whole thread.
OF_THREADS = frozenset({Action.MOVE, Action.CLOSE, Action.REOPEN, Action.MERGE, Action.SEPARATE})
# What an author may do while the post waits for a moderator.
WHILE_HELD = frozenset({Action.EDIT, Action.RETAG, Action.WITHDRAW})


def check_can(user, action: Action, post: Question | Answer) -> None:
    """Raise PermissionDenied unless this person may do this to this post as it stands now."""
    if not user.is_authenticated or not user.is_active:
        raise PermissionDenied(_("Sign in first."))
    if action in MODERATION:
        check_moderator(user)
        _check_moderation(user, action, post)
        return
    if action == Action.SEE_HISTORY:
        _check_person(user, action, post)
        return
    question = post
    _check_in_sight(post, action)
    if isinstance(post, Answer):
        question = post.question
        _check_in_sight(question, action)
    if question.is_closed and action in TAKES_NEW:
        raise PermissionDenied(_("The question is closed, and takes no new answers."))
    _check_person(user, action, post)


def can(user, action: Action, post: Question | Answer) -> bool:
    """Whether this person may do this to this post as it stands now."""
    try:
        check_can(user, action, post)
    except PermissionDenied:
        return False
    return True


def check_speaks_for(user, team: Team) -> None:
    """Raise PermissionDenied unless the person works in the team that gives the answer."""
    if team.pk not in user.team_lines:
        raise PermissionDenied(_("Only those who work in a team can answer for it."))


def _check_person(user, action: Action, post: Question | Answer) -> None:
    if action == Action.ME_TOO and post.asker_id == user.pk:
        raise PermissionDenied(_("This is your own question."))
    if action == Action.VOTE and post.author_id == user.pk:
        raise PermissionDenied(_("This is your own answer."))
    if action == Action.FLAG and author_id_of(post) == user.pk:
        raise PermissionDenied(_("This is your own post. You can change it or withdraw it."))
    if action == Action.ANSWER_OFFICIALLY and not user.is_support:
        raise PermissionDenied(_("Only support staff can give an official answer."))
    if action == Action.CONFIRM and post.official_team_id not in user.team_lines:
        raise PermissionDenied(_("Only the team that gave the official answer can confirm it."))
    if action == Action.ACCEPT and post.question.asker_id != user.pk and not user.is_moderator:
        raise PermissionDenied(_("Only the person who asked can say what solved it."))
    if action in (Action.EDIT, Action.WITHDRAW) and not _is_theirs(user, post):
        raise PermissionDenied(_("Only the one who wrote it can change or withdraw it."))
    if action == Action.RETAG and post.asker_id != user.pk and not user.is_moderator:
        raise PermissionDenied(_("Only the one who asked and the moderators can choose the tags."))
    if action == Action.SEE_HISTORY and not (user.is_moderator or _is_theirs(user, post)):
        raise PermissionDenied(_("Only the one who wrote it and the moderators see what it was."))


def _is_theirs(user, post: Question | Answer) -> bool:
    """Whether they wrote it; an official answer belongs to all of its team, and to no other."""
    if isinstance(post, Question):
        return post.asker_id == user.pk
    if post.official_team_id:
        return post.official_team_id in user.team_lines
    return post.author_id == user.pk


def check_moderator(user) -> None:
    """Raise PermissionDenied unless the person is a moderator."""
    if not user.is_authenticated or not user.is_moderator:
        raise PermissionDenied(_("Only moderators can do this."))


def _check_moderation(user, action: Action, post: Question | Answer) -> None:
    """Whether there is something for a moderator to do; whose post it is matters for approval."""
    if action in OF_THREADS:
        _check_thread(action, post)
    elif action in (Action.HIDE, Action.RESTORE):
        _check_hidden(post, wanted=action == Action.RESTORE)
    elif author_id_of(post) == user.pk:
        raise PermissionDenied(_("This is your own post. Another moderator has to look at it."))
    elif action == Action.APPROVE and not post.is_held:
        raise PermissionDenied(_("This does not wait for a moderator."))
    elif action == Action.DISMISS_FLAGS and not _open_flags(post).exists():
        raise PermissionDenied(_("Nobody has reported this since a moderator last looked at it."))


def _check_thread(action: Action, post: Question | Answer) -> None:
    if not isinstance(post, Question):
        raise PermissionDenied(_("This can be done to a whole question only."))
    if action == Action.SEPARATE:
        if not post.merged_into_id:
            raise PermissionDenied(_("This question is not joined with another."))
        return
    if post.merged_into_id:
        raise PermissionDenied(_("This question is joined with another. Go on there."))
    if action == Action.CLOSE and post.is_closed:
        raise PermissionDenied(_("The question is closed already."))
    if action == Action.REOPEN and not post.is_closed:
        raise PermissionDenied(_("The question is not closed."))
    if action == Action.MERGE and not post.is_in_sight:
        raise PermissionDenied(_("Only questions that everybody can read can be joined."))


def author_id_of(post: Question | Answer) -> int | None:
    """Who wrote the post; None when the person is no more."""
    return post.asker_id if isinstance(post, Question) else post.author_id


def _open_flags(post: Question | Answer):
    of_post = {"answer": post} if isinstance(post, Answer) else {"question": post, "answer": None}
    return Flag.objects.filter(outcome=Flag.Outcome.OPEN, **of_post)


def _check_in_sight(post: Question | Answer, action: Action) -> None:
    """What is out of sight takes nothing new; what waits for a moderator may still be mended."""
    _check_hidden(post, wanted=False)
    if post.withdrawn_at:
        raise PermissionDenied(_("This is withdrawn by the one who wrote it."))
    if post.is_held and action not in WHILE_HELD:
        raise PermissionDenied(_("This waits for a moderator to look at it."))
    if isinstance(post, Question) and post.merged_into_id:
        raise PermissionDenied(_("This question is joined with another. Go on there."))


def _check_hidden(post: Question | Answer, *, wanted: bool) -> None:
    if post.is_hidden == wanted:
        return
    if wanted:
        raise PermissionDenied(_("This is not hidden."))
    raise PermissionDenied(_("This is hidden by a moderator."))
