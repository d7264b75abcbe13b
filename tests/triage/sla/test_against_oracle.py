"""Random calendars, zones and pauses: the fast answers equal those of a plain walk."""

from datetime import UTC, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.triage.sla import oracle
from tests.triage.sla.generated import STARTS, at, calendars, instants, pauses, random_cases
from triage.sla.calendar import calendar_from_json, calendar_to_json
from triage.sla.clock import business_time, due_time, next_opening, working_days_target
from triage.sla.due import labelled_pauses
from triage.sla.explain import explain

TARGETS = st.one_of(st.integers(0, 8 * 3600), st.integers(0, 120).map(lambda h: h * 3600))
EDGES = st.one_of(st.just(0), st.integers(240, 1440))


def test_due_time_equals_a_walk_over_open_seconds(request):
    @random_cases(request, thorough=20_000)
    @given(calendars(), STARTS, TARGETS, st.data())
    def check(spec, start, target, data):
        spans = data.draw(pauses(start))
        found = due_time(
            calendar_from_json(spec), at(start), timedelta(seconds=target), instants(spans)
        )
        assert found == at(oracle.due(spec, start, target, spans))

    check()


def test_elapsed_time_equals_a_walk_over_open_seconds(request):
    @random_cases(request, thorough=20_000)
    @given(calendars(), STARTS, st.integers(0, 40 * 86_400), st.data())
    def check(spec, start, length, data):
        spans = data.draw(pauses(start))
        found = business_time(
            calendar_from_json(spec), at(start), at(start + length), instants(spans)
        )
        expected = oracle.elapsed(spec, start, start + length, spans)
        assert found == timedelta(seconds=expected)

    check()


def test_short_spans_equal_looking_at_the_wall_clock_each_minute(request):
    @random_cases(request, usual=100, thorough=5_000)
    @given(calendars(edges=EDGES), STARTS, st.integers(0, 2879), st.data())
    def check(spec, start, minutes, data):
        start -= start % 60
        end = start + minutes * 60
        spans = [
            (a - a % 60, None if b is None else b - b % 60)
            for a, b in data.draw(pauses(start, 86_400))
        ]
        open_minutes = list(oracle.open_minutes(spec, start, end, spans))
        calendar = calendar_from_json(spec)
        elapsed = business_time(calendar, at(start), at(end), instants(spans))
        assert elapsed == timedelta(minutes=len(open_minutes))
        if open_minutes:
            due = due_time(calendar, at(start), elapsed, instants(spans))
            assert due == at(open_minutes[-1] + 60)

    check()


def test_due_time_and_elapsed_time_undo_each_other(request):
    @random_cases(request)
    @given(calendars(), STARTS, st.integers(1, 400 * 3_600_000_000), st.data())
    def check(spec, start, micros, data):
        calendar, target = calendar_from_json(spec), timedelta(microseconds=micros)
        spans = instants(data.draw(pauses(start)))
        due = due_time(calendar, at(start), target, spans)
        if due is not None:
            assert business_time(calendar, at(start), due, spans) == target
            earlier = due - timedelta(microseconds=1)
            assert business_time(calendar, at(start), earlier, spans) < target

    check()


def test_parts_of_an_explanation_add_up_to_the_target(request):
    @random_cases(request)
    @given(calendars(), STARTS, TARGETS, st.data())
    def check(spec, start, target, data):
        calendar, spans = calendar_from_json(spec), data.draw(pauses(start))
        found = explain(calendar, at(start), timedelta(seconds=target), instants(spans))
        # in UTC: a wall time that comes twice equals nothing of another zone (PEP 495)
        spans = [(part.start.astimezone(UTC), part.end.astimezone(UTC)) for part in found.parts]
        edges = [begin for begin, _end in spans] + [end for _begin, end in spans[-1:]]
        assert all(begin <= end for begin, end in spans)
        assert [end for _begin, end in spans] == edges[1:]
        if found.due_at is None:
            assert found.parts[-1].kind == "paused"
            assert found.counted < found.target
        else:
            assert found.counted == found.target
            assert edges in ([], [at(start), *edges[1:-1], found.due_at.astimezone(UTC)])

    check()


def test_the_order_of_questions_does_not_change_the_answers(request):
    @random_cases(request, usual=30, thorough=1_000)
    @given(calendars(), st.lists(STARTS, min_size=2, max_size=5), st.integers(1, 2_000))
    def check(spec, starts, hours):
        grown = calendar_from_json(spec)
        far = [start + years * 31_556_952 for start in starts for years in (0, -9, 7)]
        for start in far:
            fresh = calendar_from_json(spec)
            target = timedelta(hours=hours)
            assert due_time(grown, at(start), target) == due_time(fresh, at(start), target)

    check()


def test_a_target_of_working_days_is_open_time_up_to_the_same_clock_time(request):
    @random_cases(request)
    @given(calendars(), STARTS, st.integers(1, 10))
    def check(spec, start, days):
        calendar = calendar_from_json(spec)
        opened = next_opening(calendar, at(start)).astimezone(calendar.zone)
        day, left = opened.date(), days
        while left:
            day += timedelta(days=1)
            left -= bool(oracle.hours_of(spec, day))
        frames = sorted(oracle.hours_of(spec, day))
        edges = [oracle.second_of(spec, day, text) for text in (frames[0][0], frames[-1][1])]
        same = int(opened.replace(year=day.year, month=day.month, day=day.day, fold=0).timestamp())
        end = min(max(same, edges[0]), edges[1])
        expected = oracle.elapsed(spec, int(opened.timestamp()), end, [])
        assert working_days_target(calendar, at(start), days) == timedelta(seconds=expected)

    check()


def test_a_calendar_survives_its_stored_form(request):
    @random_cases(request)
    @given(calendars())
    def check(spec):
        calendar = calendar_from_json(spec, "generated")
        assert calendar_from_json(calendar_to_json(calendar)) == calendar

    check()


def test_named_pauses_cover_the_same_time_without_overlap(request):
    @random_cases(request)
    @given(STARTS, st.data())
    def check(start, data):
        spans = data.draw(pauses(start, 3_000))
        named = labelled_pauses(instants(spans), at(start))
        covered = {
            second
            for second in range(start, start + 5_000)
            if any(a <= second and (b is None or second < b) for a, b in spans)
        }
        pieces = [
            (p.start.timestamp(), 1e12 if p.end is None else p.end.timestamp()) for p in named
        ]
        assert all(a[1] <= b[0] for a, b in zip(pieces, pieces[1:], strict=False))
        found = {n for n in range(start, start + 5_000) if any(a <= n < b for a, b in pieces)}
        assert found == covered

    check()
