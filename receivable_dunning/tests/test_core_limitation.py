from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..core.limitation import Effect, Event, Law, Period, Response, Start, Verdict, begin, term

repeatable = settings(deadline=None, derandomize=True, database=None)
days = st.dates(min_value=date(2015, 1, 1), max_value=date(2045, 12, 31))
KINDS = ("payment", "court", "judgment", "call")
events = st.builds(
    lambda day, kind, length: Event(day, kind, None if length is None else day + timedelta(days=length)),
    days,
    st.sampled_from(KINDS),
    st.none() | st.integers(min_value=0, max_value=900),
)
laws = st.builds(
    lambda years, start, months: Law(
        Period(years),
        start,
        {
            "payment": Response(Effect.RESTART),
            "court": Response(Effect.SUSPEND, Period(0, months)),
            "judgment": Response(Effect.RESTART, Period(30)),
        },
    ),
    st.integers(min_value=1, max_value=10),
    st.sampled_from(list(Start)),
    st.integers(min_value=0, max_value=24),
)
GERMAN = Law(
    Period(3),
    Start.YEAR_END,
    {
        "acknowledgement": Response(Effect.RESTART),
        "order": Response(Effect.SUSPEND, Period(0, 6)),
        "negotiation": Response(Effect.SUSPEND, Period(0, 3)),
        "judgment": Response(Effect.RESTART, Period(30)),
    },
)
CHINESE = Law(Period(3), Start.DUE, {kind: Response(Effect.RESTART) for kind in ("notice", "statement", "court")})


def event(day, kind, until=None):
    return Event(date.fromisoformat(day), kind, until and date.fromisoformat(until))


class TestLimitation(BaseCase):
    def test_last_day_by_law_and_events(self):
        cases = [
            ("end of the third year after that of the due date", GERMAN, "2023-01-01", [], "2026-12-31"),
            ("the last day of a year", GERMAN, "2023-12-31", [], "2026-12-31"),
            ("from due date", CHINESE, "2024-02-29", [], "2027-02-28"),
            ("a demand begins anew", CHINESE, "2024-01-10", [event("2025-06-01", "notice")], "2028-06-01"),
            (
                "each restart in a chain is within the period of the one before",
                CHINESE,
                "2020-01-10",
                [event("2022-12-01", "notice"), event("2025-11-30", "statement"), event("2028-11-29", "notice")],
                "2031-11-29",
            ),
            (
                "a chain that broke",
                CHINESE,
                "2020-01-10",
                [event("2023-01-11", "notice"), event("2023-06-01", "statement")],
                "2023-01-10",
            ),
            ("on the last day it still counts", CHINESE, "2020-01-10", [event("2023-01-10", "notice")], "2026-01-10"),
            ("before the period begins", GERMAN, "2023-05-01", [event("2023-06-01", "acknowledgement")], "2026-12-31"),
            (
                "law suit: from its end",
                CHINESE,
                "2020-01-10",
                [event("2022-01-10", "court", until="2024-05-05")],
                "2027-05-05",
            ),
            ("stands still", GERMAN, "2020-05-01", [event("2023-12-01", "order")], "2024-07-01"),
            (
                "stands still once on days that two events share",
                GERMAN,
                "2020-05-01",
                [event("2023-12-01", "order"), event("2023-12-01", "negotiation")],
                "2024-07-01",
            ),
            (
                "stands still until the end of what goes on, and months more",
                GERMAN,
                "2020-05-01",
                [event("2023-12-01", "order", until="2025-11-30")],
                "2026-06-29",
            ),
            (
                "before the period begins it need not stand still",
                GERMAN,
                "2020-05-01",
                [event("2020-05-10", "negotiation")],
                "2023-12-31",
            ),
            (
                "a judgment while it stands still: it begins when that ends",
                GERMAN,
                "2020-05-01",
                [event("2023-12-01", "order"), event("2024-03-15", "judgment")],
                "2054-06-01",
            ),
        ]
        for name, law, due, happened, last_day in cases:
            with self.subTest(name):
                found = term(law, date.fromisoformat(due), date(2019, 1, 1), happened)
                self.assertEqual(found.last_day, date.fromisoformat(last_day))

    def test_invoice_date_starts_where_the_law_says_so(self):
        law = Law(Period(5), Start.INVOICE)
        self.assertEqual(term(law, date(2024, 3, 31), date(2024, 3, 1), ()).last_day, date(2029, 3, 1))

    def test_far_future_ends_with_the_calendar(self):
        law = Law(Period(9000), Start.DUE, {"court": Response(Effect.SUSPEND, Period(9000))})
        found = term(law, date(2024, 1, 1), date(2024, 1, 1), [event("2024-02-01", "court")])
        self.assertEqual(found.last_day, date.max)

    @repeatable
    @given(laws, days, st.lists(events, max_size=8), events)
    def test_one_more_event_never_shortens(self, law, due, happened, extra):
        before = term(law, due, due, happened).last_day
        after = term(law, due, due, [*happened, extra]).last_day
        self.assertGreaterEqual(after, before)
        self.assertGreaterEqual(before, law.period.after(begin(law, due, due)))

    @repeatable
    @given(laws, days, st.lists(events, max_size=8), st.randoms(use_true_random=False))
    def test_order_of_entry_does_not_matter(self, law, due, happened, random):
        shuffled = random.sample(happened, len(happened))
        self.assertEqual(term(law, due, due, happened), term(law, due, due, shuffled))

    @repeatable
    @given(laws, days, st.lists(events, max_size=8))
    def test_steps_tell_every_event_and_lead_to_the_last_day(self, law, due, happened):
        found = term(law, due, due, happened)
        self.assertEqual(len(found.steps), len(happened))
        ends = [law.period.after(found.start), *(step.last_day for step in found.steps)]
        self.assertEqual(ends[-1], found.last_day)
        for (before, after), step in zip(zip(ends, ends[1:], strict=False), found.steps, strict=True):
            moved = step.verdict in (Verdict.RESTARTED, Verdict.SUSPENDED)
            self.assertEqual(after > before, moved)
            if step.verdict == Verdict.TOO_LATE:
                self.assertGreater(step.event.day, before)

    @repeatable
    @given(days, st.integers(min_value=1, max_value=30))
    def test_whole_years_fall_on_the_same_day_or_the_end_of_february(self, day, years):
        after = Period(years).after(day)
        leap_gone = (day.month, day.day) == (2, 29) and after.day == 28
        self.assertTrue(leap_gone or (after.month, after.day) == (day.month, day.day))
        self.assertEqual(after.year, day.year + years)
