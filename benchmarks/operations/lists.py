"""What people open: lists, profiles, the export."""

import io
import re
import zipfile

from odoo import fields
from odoo.tools import SQL

from ..floors import ledger as floors
from ..generator import end_date
from . import customers
from .base import Operation, total
from .facts import ExposureFacts

FIGURES = ("receivable_amount", "overdue_amount", "draft_amount", "overdue_days")


class WithProfiles(Operation):
    """Needs a credit profile for every customer."""

    models = ("credit.profile",)
    prepared = ("credit_profile", "credit_limit")

    def prepare(self, env):
        customers.open_files(env)


class ExposureList(WithProfiles, ExposureFacts):
    name = "exposure_list"
    title = "Exposure list, all customers exported (`credit.exposure`)"
    models = ("credit.exposure", "credit.profile")
    bar = None
    fields = ("partner_id", *FIGURES, "exposure_amount", "limit_amount")

    def floor(self, env):
        """Customers with a draft and nothing posted have no profile yet."""
        return env.execute_query(
            SQL(
                "SELECT exposure.* FROM (%s) exposure(partner_id, receivable, overdue, draft, days)"
                " JOIN credit_profile profile USING (partner_id) WHERE profile.company_id = %s",
                floors.exposure(env, end_date(env)),
                env.company.id,
            )
        )

    def _exposure(self, env):
        return env["credit.exposure"].with_context(as_of=end_date(env))

    def run(self, env):
        return self._exposure(env).search_fetch([], self.fields).read(self.fields, load=None)

    def product_summary(self, env, answer):
        return [total(answer, name) for name in FIGURES]


class ExposureGroups(ExposureList):
    name = "exposure_groups"
    title = "Exposure pivot by status and limit mode (`credit.exposure`)"
    bar = 2

    def run(self, env):
        groups = self._exposure(env)._read_group([], ["status", "limit_mode"], [f"{name}:sum" for name in FIGURES[:3]])
        return [dict(zip(FIGURES, sums, strict=False)) for _status, _mode, *sums in groups]

    def product_summary(self, env, answer):
        return [total(answer, name) for name in FIGURES[:3]]

    def floor_summary(self, env, answer):
        return super().floor_summary(env, answer)[:3]


class OverLimit(ExposureList):
    name = "exposure_over_limit"
    title = "Exposure list, first page of customers over their limit"
    limit = 1.0
    fields = ("partner_id", *FIGURES, "exposure_amount", "limit_amount", "available_amount", "utilization")

    def run(self, env):
        found = self._exposure(env).search_fetch([("available_amount", "<", 0)], self.fields, limit=80)
        return [(row["partner_id"], row["exposure_amount"]) for row in found.read(self.fields, load=None)]

    def floor(self, env):
        return env.execute_query(
            SQL(
                """
                SELECT exposure.partner_id, receivable + draft
                  FROM (%s) exposure(partner_id, receivable, overdue, draft, days)
                  JOIN credit_profile profile ON profile.partner_id = exposure.partner_id AND limit_mode = 'limited'
                  JOIN credit_limit ON credit_limit.profile_id = profile.id
                 WHERE receivable + draft > credit_limit.amount AND profile.company_id = %s
                 ORDER BY 2 DESC, profile.id
                 LIMIT 80
                """,
                floors.exposure(env, end_date(env)),
                env.company.id,
            )
        )

    def product_summary(self, env, answer):
        return Operation.product_summary(self, env, answer)

    def floor_summary(self, env, answer):
        return Operation.floor_summary(self, env, answer)


class ReadProfiles(WithProfiles):
    """Customers of all sizes: every so many of the list by volume."""

    name = "profiles_80"
    title = "Reading 80 profiles with live figures"
    count = 80
    limit = 0.020
    samples = 5

    def prepare(self, env):
        super().prepare(env)
        profiles = self._choose(env["credit.profile"].search([("partner_id.ref", "=like", "C%")]))
        self.ids, self.partners = profiles.ids, profiles.partner_id.ids

    def _choose(self, profiles):
        by_size = profiles.sorted(lambda profile: profile.partner_id.id)
        return by_size[:: len(by_size) // self.count][: self.count]

    def run(self, env):
        names = ("partner_id", *FIGURES, "exposure_amount", "limit_amount", "available_amount", "utilization")
        return env["credit.profile"].browse(self.ids).read(names, load=None)

    def floor(self, env):
        today = fields.Date.context_today(env["credit.profile"])
        return env.execute_query(floors.exposure(env, today, env["res.partner"].browse(self.partners)))

    def product_summary(self, env, answer):
        return [total(answer, name) for name in FIGURES]

    def floor_summary(self, env, answer):
        return [total(answer, column) for column in (1, 2, 3, 4)]


class ReadLargestProfiles(ReadProfiles):
    """The worst page there is: a third of all open items."""

    name = "profiles_largest_80"
    title = "Reading the profiles of the 80 largest customers"
    limit, bar = None, 2

    def _choose(self, profiles):
        return profiles.sorted(lambda profile: profile.partner_id.id)[: self.count]


class ReadManyProfiles(ReadProfiles):
    name = "profiles_1000"
    title = "Reading 1,000 profiles with live figures"
    count = 1000
    limit = 0.060
    samples = 3


class ExportOpenItems(Operation):
    """The bytes are compared by their number of rows: the amounts are those of the aging."""

    name = "xlsx_open_items"
    title = "XLSX of all open items"
    models = ("receivable.aging.wizard",)
    limit = 10.0

    def run(self, env):
        from odoo.addons.receivable_dunning.report.aged_balance_xlsx import AgedBalanceWorkbook

        wizard = env["receivable.aging.wizard"].create({"as_of": end_date(env)})
        file = io.BytesIO()
        AgedBalanceWorkbook(wizard, file).save()
        return file

    def floor(self, env):
        return env.execute_query(floors.open_items(env, end_date(env)))

    def product_summary(self, env, answer):
        with zipfile.ZipFile(answer) as book:
            rows = len(re.findall(b"<row ", book.read("xl/worksheets/sheet2.xml")))
        return rows - 3

    def floor_summary(self, env, answer):
        return len(answer)
