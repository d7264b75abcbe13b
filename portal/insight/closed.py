"""Closed months: when each was kept and by which definitions, and what the log says by now.

The baseline is chosen here too, because it is made of closed months.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Language, Team, User
from portal.insight import parts, words
from portal.insight.access import for_managers
from portal.insight.forms import BaselineForm
from portal.insight.shapes import Cell, Row, Table
from triage.reporting import baselines, closing
from triage.reporting.closing import BY_NAME, Comparison
from triage.reporting.measures import Sums
from triage.reporting.models import Baseline, Snapshot
from triage.sla.months import Month, month_from
from triage.tickets import codes

MOST_CELLS = 50
TITLES = {
    "deadlines": gettext_lazy("Deadlines"),
    "solved": gettext_lazy("Solved in the first line"),
    "moves": gettext_lazy("Cooperation"),
    "lines": gettext_lazy("Time in each line"),
    "internal": gettext_lazy("Internal deadlines of the second line"),
    "escalated": gettext_lazy("Handed over, and what guidance answered"),
    "advice": gettext_lazy("Advice instead of handing over"),
    "answers": gettext_lazy("Time to answer"),
    "satisfaction": gettext_lazy("Satisfaction"),
}
# Of these only counts are shown and no cells: a grade or a time could be worked out from what a
# single case has changed.
OF_PEOPLE = frozenset({"answers", "satisfaction"})
# What the three sums of each measure are called.
SUMS = {
    "deadlines": (gettext_lazy("Deadlines that fell due"), gettext_lazy("Kept deadlines")),
    "solved": (
        gettext_lazy("Solved cases"),
        gettext_lazy("In the first line"),
        gettext_lazy("Reopened cases"),
    ),
    "moves": (gettext_lazy("Times"), gettext_lazy("Cases")),
    "lines": (gettext_lazy("Cases"), gettext_lazy("Hours")),
    "internal": (gettext_lazy("Internal deadlines that fell due"), gettext_lazy("Kept deadlines")),
    "escalated": (
        gettext_lazy("Cases the second line got"),
        gettext_lazy("Answered by guidance that was there"),
    ),
    "advice": (gettext_lazy("Cases kept with advice"),),
    "answers": (gettext_lazy("Answered cases"),),
    "satisfaction": (gettext_lazy("Asked"), gettext_lazy("Said how it went")),
}
HEADINGS = {
    "kind": gettext_lazy("What"),
    "commitment": gettext_lazy("Commitment"),
    "channel": gettext_lazy("Channel"),
    "priority": gettext_lazy("Priority"),
    "product": gettext_lazy("Product"),
    "team": gettext_lazy("Team"),
    "language": gettext_lazy("Written standard"),
    "case_type": gettext_lazy("Type"),
}


@dataclass(frozen=True, kw_only=True)
class MonthRow:
    """A closed month in the list."""

    month: Month
    name: str
    kept_at: datetime
    compared_at: datetime | None
    definitions: str
    older: bool
    differs: str


@dataclass(frozen=True, kw_only=True)
class MeasureBlock:
    """One measure of a closed month beside the log of now."""

    anchor: str
    title: str
    note: str
    totals: Table
    cells: Table
    hidden: str


def _visible(user: User):
    """The snapshots whose cases the person may all open."""
    found = Snapshot.objects.filter(measure__in=BY_NAME)
    if not (user.is_superuser or user.handles_security):
        found = found.filter(security=False)
    return found


def _definition(snapshot: Snapshot) -> str:
    said = {"title": TITLES[snapshot.measure], "version": snapshot.definition}
    return _("%(title)s: definition %(version)s") % said


def _is_older(snapshot: Snapshot) -> bool:
    """Whether the measure is counted by a newer definition by now."""
    return snapshot.definition != BY_NAME[snapshot.measure].version


def _month_rows(user: User) -> list[MonthRow]:
    by_month: dict[Month, list[Snapshot]] = defaultdict(list)
    for snapshot in _visible(user).order_by("-month", "measure", "security"):
        by_month[snapshot.at].append(snapshot)
    return [_month_row(month, kept) for month, kept in by_month.items()]


def _month_row(month: Month, kept: list[Snapshot]) -> MonthRow:
    compared = [snapshot.compared_at for snapshot in kept if snapshot.compared_at]
    differing = {str(TITLES[snapshot.measure]) for snapshot in kept if snapshot.differs}
    versions = sorted(
        {(TITLES[snapshot.measure], snapshot.definition) for snapshot in kept}, key=str
    )
    return MonthRow(
        month=month,
        name=words.month_and_year(month),
        kept_at=max(snapshot.frozen_at for snapshot in kept),
        compared_at=min(compared, default=None),
        definitions=", ".join(f"{title} {version}" for title, version in versions),
        older=any(_is_older(snapshot) for snapshot in kept),
        differs=", ".join(sorted(differing)),
    )


@never_cache
@for_managers
@require_http_methods(["GET", "POST"])
def months(request: HttpRequest) -> HttpResponse:
    """Every closed month, and the baseline with its form."""
    now = timezone.now()
    closed = [(str(at), words.month_and_year(at)) for at in baselines.closed_months()]
    standing = baselines.current_baseline()
    form, status = _baseline_form(standing, closed), 200
    if request.method == "POST":
        form = BaselineForm(request.POST, months=closed)
        if form.is_valid() and _choose(form, request.user, now):
            messages.success(request, _("The baseline is chosen."))
            return redirect("report_months")
        status = 422
    context = {
        "rows": _month_rows(request.user),
        "form": form,
        "can_choose": bool(closed),
        "baselines": [_baseline_words(each) for each in _chosen()],
        "last_settled": words.month_and_year(closing.last_settled(now)),
    }
    return render(request, "insight/months.html", context, status=status)


def _chosen():
    return Baseline.objects.select_related("chosen_by").order_by("-pk")[:10]


def _baseline_words(baseline: Baseline) -> dict:
    first, last = words.month_and_year(baseline.first), words.month_and_year(baseline.last)
    return {
        "months": first if first == last else f"{first} – {last}",
        "by": baseline.chosen_by.display_name if baseline.chosen_by else "",
        "at": baseline.chosen_at,
    }


def _baseline_form(standing: Baseline | None, closed: list[tuple[str, str]]) -> BaselineForm:
    initial = {}
    if standing:
        initial = {"first": standing.first_month, "last": standing.last_month}
    return BaselineForm(months=closed, initial=initial)


def _choose(form: BaselineForm, user: User, now: datetime) -> bool:
    first, last = (month_from(form.cleaned_data[name]) for name in ("first", "last"))
    try:
        baselines.choose_baseline(first=first, last=last, by=user, now=now)
    except baselines.MonthsNotClosed:
        form.add_error(
            None,
            _("Choose months in order, at most 24 of them, that are closed from first to last."),
        )
        return False
    return True


@never_cache
@for_managers
@require_GET
def month(request: HttpRequest, text: str) -> HttpResponse:
    """One closed month beside the log as it is now."""
    at, now = month_from(text), timezone.now()
    if at is None:
        raise Http404
    kept = list(_visible(request.user).filter(month=str(at)).order_by("security", "measure"))
    if not kept:
        raise Http404
    names = _names()
    context = {
        "name": words.capital(words.month_and_year(at)),
        "blocks": [_block(snapshot, closing.compared(snapshot, now), names) for snapshot in kept],
        "kept_at": max(snapshot.frozen_at for snapshot in kept),
        "now": now,
    }
    return render(request, "insight/month.html", context)


def _names() -> dict[str, Callable[[object], str]]:
    """How the values of each column are called."""
    products = {item.key: item.name for item in parts.products()}
    teams = {item.key: item.name for item in parts.teams()}
    return {
        "kind": lambda code: _kind(code, teams),
        "commitment": words.commitment,
        "channel": lambda code: str(dict(codes.Channel.choices).get(code, code)),
        "priority": str,
        "product": lambda key: products.get(key, str(key)),
        "team": lambda key: teams.get(key, str(key)),
        "language": lambda code: str(dict(Language.choices).get(code, code)),
        "case_type": lambda code: str(dict(codes.CASE_TYPES).get(code, code)),
    }


def _kind(code: str, teams: dict[Hashable, str]) -> str:
    """What a row counts: a kind of deadline, a move, a line, or the team that got a case first."""
    if code.isdecimal():
        return teams.get(int(code)) or _("A team that is gone")
    names = {
        "": _("All"),
        "opened": _("Came in"),
        "handed_over": _("Handed over"),
        "handed_back": _("Handed back"),
        "bounced": _("Bounced"),
        "consulted": _("Advice asked"),
        "cases": _("Solved cases"),
        **dict(Team.LINES),
    }
    return str(names.get(code) or words.kind(code))


def _block(snapshot: Snapshot, found: Comparison, names: dict) -> MeasureBlock:
    title = str(TITLES[snapshot.measure])
    if snapshot.security:
        title = _("%(title)s, security cases") % {"title": title}
    note = _definition(snapshot)
    if _is_older(snapshot):
        said = {"version": BY_NAME[snapshot.measure].version}
        note = f"{note}. " + _("Counted by definition %(version)s today.") % said
    anchor = f"{snapshot.measure}-{'security' if snapshot.security else 'ordinary'}"
    return MeasureBlock(
        anchor=anchor,
        title=title,
        note=note,
        totals=_totals(snapshot, found, names, anchor, title),
        cells=_cells(snapshot, found, names, anchor, title),
        hidden=_hidden(snapshot, found),
    )


def _hidden(snapshot: Snapshot, found: Comparison) -> str:
    """How many cells differ that are not listed; "" when none does."""
    if snapshot.measure in OF_PEOPLE:
        said = ngettext(
            "The log differs in %(count)s group of cases. It is not shown, so that nobody is "
            "recognised.",
            "The log differs in %(count)s groups of cases. They are not shown, so that nobody is "
            "recognised.",
            len(found.cells),
        )
        return said % {"count": len(found.cells)} if found.cells else ""
    more = len(found.cells) - MOST_CELLS
    if more <= 0:
        return ""
    return ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}


def _compared_columns(first: tuple[str, ...]) -> tuple[str, ...]:
    return (*first, _("Figure"), _("Kept"), _("Now"), _("Difference"))


def _totals(snapshot: Snapshot, found: Comparison, names: dict, anchor: str, title: str) -> Table:
    rows = []
    for kind in sorted(found.kept.keys() | found.live.keys()):
        kept, live = found.kept.get(kind, Sums()), found.live.get(kind, Sums())
        for cells in _compared(snapshot.measure, kept, live):
            rows.append(Row(name=names["kind"](kind), cells=cells))
    return Table(
        code=f"{anchor}-totals",
        caption=_("%(title)s in all") % {"title": title},
        columns=_compared_columns((_("What"),)),
        rows=tuple(rows),
    )


def _cells(snapshot: Snapshot, found: Comparison, names: dict, anchor: str, title: str) -> Table:
    rows = []
    most = 0 if snapshot.measure in OF_PEOPLE else MOST_CELLS
    for key, kept, live in found.cells[:most]:
        said = [names[name](value) for name, value in zip(found.columns, key, strict=True)]
        lead = tuple(Cell(words=text, value=text) for text in said[1:])
        for cells in _compared(snapshot.measure, kept, live, only_changed=True):
            rows.append(Row(name=said[0], cells=(*lead, *cells)))
    return Table(
        code=f"{anchor}-cells",
        caption=_("%(title)s: what has changed since") % {"title": title},
        columns=_compared_columns(tuple(str(HEADINGS[name]) for name in found.columns)),
        rows=tuple(rows),
    )


def _compared(
    measure: str, kept: Sums, live: Sums, *, only_changed: bool = False
) -> Iterator[tuple[Cell, ...]]:
    """A row for each of a measure's sums: what it is, kept, now, and the difference."""
    for title, name in zip(SUMS[measure], ("whole", "part", "extra"), strict=False):
        before, after = getattr(kept, name), getattr(live, name)
        if only_changed and before == after:
            continue
        if measure == "lines" and name == "part":
            before, after = round(before / 3600), round(after / 3600)
        difference = after - before
        sign = "+" if difference > 0 else "−" if difference < 0 else ""
        said = f"{sign}{words.number(abs(difference))}"
        yield (
            Cell(words=str(title), value=str(title)),
            parts.count_cell(before),
            parts.count_cell(after),
            Cell(words=said, value=difference),
        )
