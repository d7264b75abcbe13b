"""The second half of the page: how suggestions went with what people decided."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.evaluation import judged
from portal.evaluation.judged import Subject
from portal.evaluation.names import Names
from portal.insight.shapes import Cell, Row, Section, Table
from portal.insight.words import per_cent
from triage.classifier.evaluation import real_cases

CODE = "people"


def sections(target: str, names: Names, *, user, now: datetime) -> tuple[Section, ...]:
    """The same measures on what people decided, and the cases the reader may open; or nothing."""
    found = real_cases.judged(target, now=now)
    if found is None:
        return ()
    subject = Subject(target=found, names=names, code=CODE, definition=_definition())
    return (*judged.sections(subject), _wrong(target, names, user=user, now=now))


def _definition() -> str:
    return _(
        "Decisions of the last 90 days, without security cases. A case counts when somebody "
        "accepted a suggestion or set something else, and by what stood when it was solved. Cases "
        "labelled in the list do not: they were chosen because the guess was unsure. Whoever "
        "decides has seen the suggestion, so these figures can be a little too good."
    )


def _wrong(target: str, names: Names, *, user, now: datetime) -> Section:
    rows = real_cases.wrong(target, user=user, now=now)
    return Section(
        code=f"{CODE}-examples",
        title=_("Sure, and set to something else by people"),
        table=Table(
            code="examples",
            caption=_("Cases where people decided otherwise, the surest suggestion first"),
            columns=(
                _("How sure"),
                _("Case"),
                _("People decided"),
                _("Suggested as"),
                _("How it was decided"),
            ),
            rows=tuple(
                Row(
                    name=per_cent(each.confidence),
                    cells=(
                        Cell(
                            words=each.ticket.reference,
                            value=each.ticket.reference,
                            address=reverse("desk_case", args=[each.ticket_id]),
                        ),
                        *(
                            Cell(words=said, value=said)
                            for said in (
                                names.of(each.label),
                                names.of(each.guessed),
                                each.get_source_display(),
                            )
                        ),
                    ),
                )
                for each in rows
            ),
            textual=True,
        ),
        definition=_("Only cases you may open are listed."),
        nothing=_("There is no such case you may open."),
    )
