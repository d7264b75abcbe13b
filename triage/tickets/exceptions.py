"""Anticipated failures, each with a sentence for the person at the screen."""

from __future__ import annotations

from django.utils.translation import gettext as _


class TicketError(Exception):
    """Something a person asked for cannot be done; the message says why and what to do."""

    @classmethod
    def not_in_team(cls, person) -> TicketError:
        """The person to assign to does not work in the team that has the case."""
        return cls(_("%(name)s is not in the team that has the case.") % {"name": person})

    @classmethod
    def topic_of_other_product(cls) -> TicketError:
        """Product and topic do not belong together."""
        return cls(_("The topic belongs to another product. Choose a topic of this product."))

    @classmethod
    def already_there(cls, team) -> TicketError:
        """The team has the case already."""
        return cls(_("%(team)s has the case already.") % {"team": team})

    @classmethod
    def no_answer_yet(cls) -> TicketError:
        """A case cannot be solved before anybody has answered."""
        return cls(_("Write an answer: nobody has answered this case yet."))

    @classmethod
    def cannot_merge(cls) -> TicketError:
        """A case cannot be a duplicate of itself or of another duplicate."""
        return cls(_("Choose another case: this one is itself, or is a duplicate."))

    @classmethod
    def of_another_organisation(cls) -> TicketError:
        """Whoever asked in the duplicate would read what another organisation has written."""
        return cls(
            _(
                "The cases are of different organisations, and the one who asked here would read "
                "the other’s case. Answer in this case as well."
            )
        )

    @classmethod
    def ended_long_ago(cls) -> TicketError:
        """A case is opened again only for some days after its end."""
        return cls(_("The case ended long ago. What is missing is a new case."))

    @classmethod
    def goes_on_elsewhere(cls, case: str) -> TicketError:
        """An ended case is taken up again as one new case, not as two."""
        return cls(_("The case goes on in %(case)s already. Write there.") % {"case": case})

    @classmethod
    def not_a_colleague(cls) -> TicketError:
        """Only members of the same organisation may be let in."""
        return cls(_("The person must be a member of the organisation the case belongs to."))


class ActionNotPossible(TicketError):
    """The case is in a state where this makes no sense, often because somebody was quicker."""

    def __init__(self) -> None:
        super().__init__(
            _("This is not possible as the case stands now. Look at what has happened since.")
        )


class ChangedSince(TicketError):
    """Somebody changed the case after the page was opened; nothing was sent."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody has written in the case since you opened it. Read it, then send again.")
        )


class MissingReason(TicketError):
    """A change that must be explained came without a reason."""

    def __init__(self) -> None:
        super().__init__(_("Say why, in a few words."))
