"""The report on security: what was masked, and how security cases are dealt with."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.insight import parts, words
from portal.insight.questions import Question
from portal.insight.shapes import Cell, Figure, Row, Section, Table, columns, defined, lines
from triage.oversight.models import Reading
from triage.reporting import secure
from triage.reporting.secure import Maskings, SecurityCase
from triage.tickets import codes

NAME = "sikkerhet"
TITLE = gettext_lazy("Masking, security cases, and who opened what")
FIGURES = {
    "masked": Figure(gettext_lazy("Cases a number was masked in"), secure.masked_cases),
    "security": Figure(gettext_lazy("Security cases"), secure.security_tickets),
    "security-late": Figure(
        gettext_lazy("Security cases not assessed within 72 hours"), secure.late_tickets
    ),
    "opened-by-staff": Figure(
        gettext_lazy("Security cases staff opened"),
        lambda scope: secure.read_cases(scope, "case"),
    ),
    "fetched-files": Figure(
        gettext_lazy("Cases staff fetched files from"),
        lambda scope: secure.read_cases(scope, "file"),
    ),
}
MOST_READINGS = 50


def sections(question: Question) -> tuple[Section, ...]:
    """Masked numbers by month and door, security cases with their clock, and readings."""
    found = secure.maskings(question.scope)
    cases = secure.security_cases(question.scope)
    counts = secure.count_states(
        secure.security_cases(secure.counted(question.scope)), question.now
    )
    return (
        *defined(_by_month(question, found), _by_door(found)),
        *defined(_clock(question, counts, cases), _states(question, counts, cases)),
        _readings(question),
    )


def headline(question: Question) -> str:
    """The key figure in a sentence."""
    return _masked_sentence(question, secure.maskings(question.scope))


# --- masked numbers -----------------------------------------------------------------------------


def _masked_sentence(question: Question, found: Maskings) -> str:
    month, _before = parts.headline_months(question)
    masked = found.by_month().get(month, secure.Masked())
    said = {"month": parts.in_month(question, month), "numbers": words.number(masked.numbers)}
    if not masked.numbers:
        return _("No identity number had to be masked in %(month)s.") % said
    sentence = ngettext(
        "%(numbers)s identity number was masked in %(month)s before it was stored.",
        "%(numbers)s identity numbers were masked in %(month)s before they were stored.",
        masked.numbers,
    )
    return sentence % said


def _by_month(question: Question, found: Maskings) -> Section:
    rows, points = [], []
    for month, masked in found.by_month().items():
        behind = question.cases("masked", month=month)
        rows.append(
            Row(
                name=words.month_and_year(month),
                cells=(
                    parts.count_cell(masked.numbers, behind),
                    parts.count_cell(masked.texts, behind),
                ),
            )
        )
        points.append((words.short_month(month), masked.numbers, words.number(masked.numbers)))
    most = max((size for _label, size, _said in points), default=0)
    sentence = _masked_sentence(question, found)
    return Section(
        code="masked-by-month",
        title=_("Masked identity numbers, month by month"),
        sentences=(sentence,),
        chart=columns(_("Masked identity numbers"), sentence, points, most),
        table=Table(
            code="masked-by-month",
            caption=_("Identity numbers masked in cases, by month"),
            columns=(_("Month"), _("Numbers"), _("Texts they stood in")),
            rows=tuple(rows),
        ),
        definition=_(
            "National identity numbers that were masked as texts came to rest. The numbers are "
            "not kept anywhere. Nothing is stored unmasked, so nobody can reveal one."
        ),
    )


def door_name(code: str) -> str:
    """How a text came in."""
    names = {secure.REPLY: _("A later reply on the site"), secure.DESK: _("Written at the desk")}
    return names.get(code) or str(dict(codes.Channel.choices).get(code, code))


def _by_door(found: Maskings) -> Section:
    doors = found.by_door()
    order = sorted(doors, key=lambda door: (-doors[door].numbers, door))
    rows = [
        Row(
            name=door_name(door),
            cells=(parts.count_cell(doors[door].numbers), parts.count_cell(doors[door].texts)),
        )
        for door in order
    ]
    points = [
        (door_name(door), doors[door].numbers, words.number(doors[door].numbers)) for door in order
    ]
    most = max((doors[door].numbers for door in order), default=0)
    title = _("Masked identity numbers, by door")
    return Section(
        code="masked-by-door",
        title=title,
        chart=lines(_("Masked identity numbers"), title, points, most) if points else None,
        table=Table(
            code="masked-by-door",
            caption=_("Identity numbers masked in the period, by how the text came in"),
            columns=(_("Door"), _("Numbers"), _("Texts they stood in")),
            rows=tuple(rows),
        ),
    )


# --- the 72 hours -------------------------------------------------------------------------------


def state_name(state: str) -> str:
    """How a security case's 72 hours stand."""
    names = {
        "in_time": _("Assessed in time"),
        "late": _("Assessed too late"),
        "overdue": _("Not assessed, past the 72 hours"),
        "running": _("Not assessed yet"),
    }
    return names[state]


def _clock(question: Question, counts: dict[str, int], cases: list[SecurityCase]) -> Section:
    listed = sum(counts.values()) == len(cases)  # the lists have all that are counted
    sentence = _security_sentence(counts)
    order = [state for state in ("in_time", "late", "overdue", "running") if state in counts]
    rows = [
        Row(
            name=state_name(state),
            cells=(
                parts.count_cell(
                    counts[state],
                    _behind(question, state, alone=len(order) == 1) if listed else "",
                ),
            ),
        )
        for state in order
    ]
    points = [(state_name(state), counts[state], words.number(counts[state])) for state in order]
    title = _("Security cases and their 72 hours")
    return Section(
        code="security",
        title=title,
        sentences=(sentence,),
        chart=lines(title, sentence, points, max(counts.values())) if points else None,
        table=Table(
            code="security",
            caption=_("Security cases that came in during the period, by how the 72 hours stand"),
            columns=(_("The 72 hours"), _("Cases")),
            rows=tuple(rows),
        ),
        definition=_(
            "A breach of personal data must be reported to the Data Protection Authority within "
            "72 hours, by the clock. Counted is the time from the case came in until somebody has "
            "said whether it must be reported. All are counted as long as nothing but months is "
            "chosen above; only those who may read security cases see them one by one."
        ),
    )


def _behind(question: Question, state: str, *, alone: bool) -> str:
    """The list of the cases in a state, where there is one of just those."""
    return question.cases("security") if alone or state not in ("late", "overdue") else ""


def _security_sentence(counts: dict[str, int]) -> str:
    total, overdue = sum(counts.values()), counts.get("overdue", 0)
    if not total:
        return _("No security case came in during the period.")
    said = {"total": words.number(total), "overdue": words.number(overdue)}
    sentence = ngettext(
        "%(total)s security case came in during the period.",
        "%(total)s security cases came in during the period.",
        total,
    )
    if not overdue:
        return sentence % said
    rest = ngettext(
        "%(overdue)s is past its 72 hours without an assessment.",
        "%(overdue)s are past their 72 hours without an assessment.",
        overdue,
    )
    return f"{sentence % said} {rest % said}"


def _states(question: Question, counts: dict[str, int], cases: list[SecurityCase]) -> Section:
    rows = [
        Row(
            name=case.ticket.reference,
            cells=(
                Cell(words=case.ticket.subject, value=case.ticket.subject),
                parts.moment_cell(case.ticket.opened_at),
                parts.moment_cell(case.due_at),
                parts.moment_cell(case.assessed_at)
                if case.assessed_at
                else Cell(words="–", value=""),
                Cell(
                    words=state_name(case.state(question.now)),
                    value=state_name(case.state(question.now)),
                    address=reverse("assess_case", args=[case.ticket.pk]),
                ),
            ),
        )
        for case in cases
    ]
    return Section(
        code="security-cases",
        title=_("Each security case"),
        table=Table(
            code="security-cases",
            caption=_("Security cases that came in during the period, the newest first"),
            columns=(
                _("Case"),
                _("Subject"),
                _("Came in"),
                _("72 hours end"),
                _("Assessed"),
                _("State"),
            ),
            rows=tuple(rows),
            textual=True,
        ),
        nothing=_("You may not read these cases one by one.") if counts else "",
    )


# --- who opened what ----------------------------------------------------------------------------


def _readings(question: Question) -> Section:
    scope = secure.counted(question.scope)
    counts = secure.reading_counts(scope)
    found = secure.readings(scope, MOST_READINGS)
    readable = secure.readable(question.scope, found)
    said = {
        "cases": words.number(counts.get("case", 0)),
        "files": words.number(counts.get("file", 0)),
    }
    return Section(
        code="readings",
        title=_("Who opened security cases and fetched files"),
        sentences=(
            _(
                "Security cases were opened %(cases)s times and files fetched %(files)s times by "
                "staff in the period."
            )
            % said,
        ),
        table=Table(
            code="readings",
            caption=_("The last openings in the period"),
            columns=(_("Case"), _("Who"), _("What"), _("When"), _("Open")),
            rows=tuple(_reading_row(row, may_open=row.ticket_id in readable) for row in found),
            textual=True,
        ),
        more=question.cases("opened-by-staff") if counts.get("case") and readable else "",
        definition=_(
            "Staff who open a security case at the desk, or fetch a file of any case, are noted "
            "once a person and day. A case you may not read yourself is not named. They are kept "
            "for two years."
        ),
    )


def _reading_row(row: Reading, *, may_open: bool) -> Row:
    """Who read what and when; the case is named for those who may open it."""
    opened = Cell(
        words=_("Open the case"),
        value=row.ticket.reference,
        address=reverse("desk_case", args=[row.ticket_id]),
    )
    return Row(
        name=row.ticket.reference if may_open else _("A security case"),
        cells=(
            Cell(words=row.user.display_name, value=row.user.display_name),
            Cell(words=str(row.get_what_display()), value=str(row.get_what_display())),
            parts.moment_cell(row.at),
            opened if may_open else Cell(words="–", value=""),
        ),
    )
