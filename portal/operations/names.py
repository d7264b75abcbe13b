"""Names of what runs by itself, in the language of the page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import NoticeKind

TOPICS = {
    "mail": pgettext_lazy("outbox", "Mail"),
    "search": pgettext_lazy("outbox", "Search index"),
    "crm": pgettext_lazy("outbox", "CRM"),
    "classify": pgettext_lazy("outbox", "Suggestions for new cases"),
    "suggest": pgettext_lazy("outbox", "Suggestions for cases with another product"),
    "community": pgettext_lazy("outbox", "Notices of the community"),
    "what_if": pgettext_lazy("outbox", "Trials of rules on past months"),
    "rules_changed": pgettext_lazy("outbox", "New rules for open cases"),
    "staffing": pgettext_lazy("outbox", "Cases of people whose roles have changed"),
}
JOBS = {
    "send back abandoned tasks": _("Take up tasks a stopped worker left"),
    "clear delivered rows": _("Clear what is delivered"),
    "clear old mails": _("Remove old mails"),
    "clear ended sessions": _("Remove sessions that have ended"),
    "forget old invitations": _("Forget old invitations"),
    "clear rows no CRM came for": _("Clear rows no CRM came for"),
    "sweep for breaches": _("Record deadlines that ran out"),
    "publish what is due": _("Publish articles at their time"),
    "page feedback to owners": _("Send page feedback to owners"),
    "count searches": _("Count searches"),
    "forget keys of past days": _("Forget keys of past days"),
    "forget counts of limits": _("Forget counts of what is limited"),
    "check the search index": _("Compare the search index with the content"),
    "keep the search index readable": _("Keep the search index readable"),
    "train a challenger": _("Train a new classifier at night"),
    "note what solved cases stood as": _("Note what solved cases stood as"),
    "watch the classifier": _("Watch the classifier"),
    "remove old drafts": _("Remove old drafts"),
    "send digests": _("Send digests"),
    "tell teams what to confirm": _("Tell teams which official answers to confirm"),
    "forget old notices": _("Forget old notices"),
    "remove old drafts of the community": _("Remove old drafts of the community"),
    "see to questions nobody has answered": _("See to questions nobody has answered"),
    "have official answers confirmed after their article has changed": _(
        "Have official answers confirmed when their article has changed"
    ),
    "close months": _("Close months of the reports"),
    "compare closed months": _("Compare closed months with the cases"),
    "forget old trials of rules": _("Forget old trials of rules"),
    "forget old lessons about suggestions": _("Forget old lessons about suggestions"),
    "carry on trials of suggestions": _("Carry on trials with and without suggestions"),
    "warn of the 72 hours of security cases": _("Warn of the 72 hours of security cases"),
    "let old readings go": _("Forget who read security cases long ago"),
}
TASKS = {
    "portal.operations.tasks.rebuild_index": _("Build the search index anew"),
}
ERRORS = {
    "EngineUnavailable": _("The search index cannot be read"),
    "EngineAway": _("The search server does not answer"),
    "IndexBusy": _("Something else is writing to the search index"),
    "SMTPAuthenticationError": _("The mail server does not accept our name and password"),
    "SMTPConnectError": _("The mail server does not answer"),
    "SMTPServerDisconnected": _("The mail server broke off"),
    "SMTPRecipientsRefused": _("The mail server does not take mail to this address"),
    "SMTPSenderRefused": _("The mail server does not take mail from our address"),
    "SMTPDataError": _("The mail server did not take the mail"),
    "gaierror": _("The name of the server is not found"),
    "ConnectionRefusedError": _("The server does not answer"),
    "ConnectionResetError": _("The server broke off"),
    "TimeoutError": _("No answer in time"),
    "SSLCertVerificationError": _("The certificate of the server is not one we trust"),
    "OperationalError": _("The database did not answer as it should"),
    "MemoryError": _("There was not enough memory"),
    "PermissionError": _("A file may not be opened"),
    "FileNotFoundError": _("A file is not there"),
    "ArtifactMissing": _("No classifier is trained yet"),
    "ArtifactRefused": _("The classifier cannot be used"),
    "Stopped": _("It was broken off before it was done"),
}
MAIL_KINDS = {
    "confirm_address": _("Confirm an e-mail address"),
    "has_account": _("Has an account already"),
    "no_account": _("Has no account"),
    "new_password": _("New password"),
    "password_changed": _("Password changed"),
    "asked_to_join": _("Somebody asks to join"),
    "request_approved": _("Let into an organisation"),
    "request_declined": _("Not let into an organisation"),
    "invited": _("Invitation"),
    "invitation_accepted": _("Invitation accepted"),
    "roles_changed": _("Contact roles changed"),
    "member_left": _("A member has left"),
    "membership_ended": _("Membership ended"),
    "staff_invited": _("Account for somebody who works here"),
    "duties_changed": _("Roles and teams changed"),
    "account_opened": _("Account opened again"),
    "page-feedback": _("Page feedback to owners"),
    NoticeKind.RECEIPT: _("Receipt for a case"),
    NoticeKind.ANSWER: _("Answer in a case"),
    NoticeKind.QUESTION_BACK: _("Question to the requester"),
    NoticeKind.RESOLVED: _("Case solved"),
    NoticeKind.ASSIGNED: _("Case assigned"),
    NoticeKind.HANDED_OVER: _("Case handed over"),
    NoticeKind.NEW_REPLY: _("New reply in a case"),
    NoticeKind.SEVERE: _("Case graded severity A"),
    NoticeKind.THREAD: _("Something new in a question one follows"),
    NoticeKind.MENTION: _("Mentioned in the community"),
    NoticeKind.MODERATION: _("Word from the moderators"),
    NoticeKind.CONFIRM: _("Official answer to be confirmed"),
    NoticeKind.DEADLINE_NEAR: _("Deadline comes near"),
    NoticeKind.DEADLINE_MISSED: _("Deadline has run out"),
    "deadlines": _("Deadlines near and missed"),
    "classifier": _("Suggestions for cases need a look"),
    "digest": _("Digest of the community"),
}


def told(error: str) -> str:
    """What went wrong, in words, with the name of the error as it stands in the log."""
    return f"{ERRORS[error]} ({error})" if error in ERRORS else error


def named(names: dict, code: str) -> str:
    """The name of a code; the code itself when a new one has no name yet."""
    return str(names.get(code, code))
