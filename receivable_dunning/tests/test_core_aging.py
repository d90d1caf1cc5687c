from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..core.aging import BucketScheme, aged_table, paginate

bounds = st.sets(st.integers(min_value=1, max_value=36_500), max_size=8).map(lambda days: tuple(sorted(days)))
ages = st.integers(min_value=-50_000, max_value=50_000)
repeatable = settings(deadline=None, derandomize=True, database=None)
cents = st.integers(min_value=-(10**9), max_value=10**9).map(lambda amount: amount / 100)


class TestBucketScheme(BaseCase):
    @repeatable
    @given(bounds, ages)
    def test_every_age_has_one_bucket_and_older_is_never_before(self, days, age):
        scheme = BucketScheme(days)
        bucket = scheme.bucket_of(age)
        self.assertIn(bucket, range(scheme.size))
        self.assertLessEqual(bucket, scheme.bucket_of(age + 1))
        self.assertEqual(len(scheme.labels()), scheme.size)

    @repeatable
    @given(bounds)
    def test_upper_bounds_are_inclusive(self, days):
        scheme = BucketScheme(days)
        for place, bound in enumerate(days, start=1):
            self.assertEqual((scheme.bucket_of(bound), scheme.bucket_of(bound + 1)), (place, place + 1))

    @repeatable
    @given(bounds, st.lists(st.tuples(st.sampled_from("abc"), ages, cents)))
    def test_buckets_add_up_to_the_total_for_any_scheme(self, days, items):
        scheme = BucketScheme(days)
        cells = [(key, scheme.bucket_of(age), amount) for key, age, amount in items]
        table = aged_table(cells, scheme.size, lambda amount: round(amount, 2))
        total = round(sum(amount for _key, _age, amount in items), 2)
        self.assertAlmostEqual(table.sums.total, total, 2)
        self.assertAlmostEqual(sum(table.sums.amounts), total, 2)
        self.assertAlmostEqual(sum(row.total for row in table.rows), total, 2)

    def test_bounds_that_do_not_rise_are_refused(self):
        for days in ((30, 30), (60, 30), (0,), (-1, 5)):
            with self.subTest(bounds=days), self.assertRaises(ValueError):
                BucketScheme(days)

    @repeatable
    @given(st.lists(st.integers()), st.integers(1, 5), st.integers(1, 5))
    def test_pages_lose_no_row(self, rows, first, following):
        pages = paginate(rows, first, following)
        self.assertEqual([row for page in pages for row in page], rows)
        self.assertTrue(all(pages[1:]), "no empty page follows")
