"""What can go wrong with people and organisations; each message is a sentence to the person."""

from django.utils.translation import gettext_lazy as _


class PeopleProblem(Exception):
    """Something that cannot be done, with the sentence the person is told."""

    sentence = ""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or str(self.sentence))


class TeamIsNamed(PeopleProblem):
    """Rules name the team, so it is kept; the sentence says where."""


class MembershipProblem(PeopleProblem):
    """Something about a membership or an invitation that the person must be told."""


class AlreadyMember(MembershipProblem):
    """The person belongs to the organisation already."""

    sentence = _("This person is already a member of the organisation.")


class AlreadyAsked(MembershipProblem):
    """A request for the same person and organisation is waiting."""

    sentence = _("This person has already asked to join. Answer the request instead.")


class AlreadyDecided(MembershipProblem):
    """Somebody else answered the request first, or the person took it back."""

    sentence = _("The request has been answered already, so nothing was changed.")


class AlreadyInvited(MembershipProblem):
    """An invitation to the same address is open."""

    sentence = _(
        "This address has an invitation already. Withdraw it first if you want to send a new one."
    )


class TooManyInvitations(MembershipProblem):
    """More open invitations than one organisation needs at a time."""

    sentence = _("The organisation has too many open invitations. Withdraw some of them first.")


class NotMember(MembershipProblem):
    """The membership is not in force any more."""

    sentence = _("The membership has ended already, so nothing was changed.")


class LastContact(MembershipProblem):
    """Without this person the organisation would have no contact."""

    sentence = _(
        "The organisation needs at least one contact. Give another member a contact role first."
    )


class InvitationUnknown(MembershipProblem):
    """No such invitation, or it was withdrawn."""

    sentence = _(
        "We cannot find the invitation. It may have been withdrawn. Ask the one who invited you."
    )


class InvitationExpired(MembershipProblem):
    """The invitation stood too long."""

    sentence = _("The invitation has expired. Ask the one who invited you to send a new one.")


class InvitationUsed(MembershipProblem):
    """The invitation has been accepted."""

    sentence = _("The invitation has been used already.")


class InvitationForOther(MembershipProblem):
    """The person signed in has not confirmed the address the invitation was sent to."""

    sentence = _(
        "The invitation was sent to another address than yours. Sign in with the address that "
        "received it."
    )


class StaffProblem(PeopleProblem):
    """Something about who works here that the administrator must be told."""


class OwnAdministration(StaffProblem):
    """An administrator takes the role from themselves, or closes their own account."""

    sentence = _(
        "You cannot take the role of administrator from yourself or close your own account. Ask "
        "another administrator."
    )


class StaffChangedMeanwhile(StaffProblem):
    """Somebody else has changed the person's roles or account since the page was opened."""

    sentence = _(
        "Somebody else has changed this meanwhile, so nothing was saved. This is how it is now."
    )


class LeadsOtherTeam(StaffProblem):
    """Somebody is to lead a team they do not work in."""

    sentence = _("One can lead only a team one works in.")


class HasAccount(StaffProblem):
    """The address belongs to an account already: `person`."""

    sentence = _("Somebody with this address has an account already.")

    def __init__(self, person) -> None:
        super().__init__()
        self.person = person
