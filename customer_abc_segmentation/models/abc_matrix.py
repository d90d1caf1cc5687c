from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL


class AbcMatrix(models.AbstractModel):
    """Data of the migration matrix: how many customers were in which class on one day, and in which on a later one.

    Read from the history of computed classes, so any two days can be compared, not only those of two runs.
    """

    _name = "abc.matrix"
    _description = "ABC Migration Matrix"

    @api.model
    @api.readonly
    def get_matrix(self, policy_id=False, date_from=False, date_to=False):
        """Everything the screen shows, in one call.

        :param int policy_id: policy; default: the one shown on customers, else the first
        :param str date_from: the earlier day; default: a month before, or the first run where there is none before
        :param str date_to: the later day; default: the last run
        :return: dict ``policies, policy, date_from, date_to, classes, cells, counts``; a cell is ``[from, to, kind,
            customers]`` with ids of classes, False for no class; ``policy["date"]`` is False before the first run
        """
        self._check_may_see()
        policies = self.env["abc.policy"].search([("company_id", "parent_of", self.env.company.id)])
        policy = policies.filtered(lambda policy: policy.id == policy_id) or policies[:1]
        matrix = {"policies": [{"id": each.id, "name": each.name} for each in policies], "policy": False}
        if not policy:
            return matrix
        start, end = self._get_days(policy, date_from, date_to)
        cells = self._get_cells(policy, start, end)
        counts = dict.fromkeys(("new", "up", "stayed", "down", "left"), 0)
        for _from, _to, kind, customers in cells:
            counts[kind] += customers
        return {
            **matrix,
            "policy": {"id": policy.id, "name": policy.name, "date": policy.last_run_id.date},
            "date_from": start,
            "date_to": end,
            "classes": policy.class_ids.sorted().read(["code", "name", "color"]),
            "cells": cells,
            "counts": counts,
        }

    @api.model
    def get_cell_action(self, policy_id, days, classes):
        """Action that lists the customers of a cell.

        :param list days: the earlier and the later day
        :param list classes: ids of the classes on these days, False for no class
        """
        self._check_may_see()
        policy = self.env["abc.policy"].browse(policy_id)
        policy.check_access("read")
        sides = [
            (day, self.env["abc.class"].browse(level or []))
            for day, level in zip(map(fields.Date.to_date, days), classes, strict=True)
        ]
        if not any(level for _day, level in sides):
            raise UserError(self.env._("Who had no class on both days is in no cell."))
        name = self.env._(
            "From %(before)s to %(after)s",
            before=sides[0][1].code or self.env._("New"),
            after=sides[1][1].code or self.env._("Left"),
        )
        return {
            **self.env["ir.actions.actions"]._for_xml_id("customer_abc_segmentation.action_abc_classification"),
            "name": name,
            "display_name": name,
            "domain": list(self._get_cell_domain(policy, *sides)),
            "context": {},
        }

    def _check_may_see(self):
        if not self.env.user.has_group("customer_abc_segmentation.group_segmentation_manager"):
            raise AccessError(self.env._("The migration matrix shows all customers: it is for segmentation managers."))

    # ------------------------------------------------------------------
    # GATHER
    # ------------------------------------------------------------------

    def _get_days(self, policy, date_from, date_to):
        """The two days; the earlier one is before the later one."""
        end = fields.Date.to_date(date_to) or policy.last_run_id.date or fields.Date.context_today(self)
        start = fields.Date.to_date(date_from)
        if not start:
            first = self.env["abc.run"].search([("policy_id", "=", policy.id)], order="date", limit=1)
            start = min(max(end - relativedelta(months=1), first.date or end), end)
        if start > end:
            raise UserError(self.env._("The first day must not be after the second one."))
        return start, end

    def _on_day_sql(self, policy, day):
        return SQL(
            """
            SELECT partner_id, class_id
              FROM abc_classification
             WHERE policy_id = %(policy)s AND NOT is_manual
               AND date_from <= %(day)s AND (date_to IS NULL OR date_to >= %(day)s)
            """,
            policy=policy.id,
            day=day,
        )

    def _get_cells(self, policy, start, end):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT earlier.class_id, later.class_id, count(*)
                  FROM (%s) earlier
                  FULL JOIN (%s) later USING (partner_id)
                 GROUP BY earlier.class_id, later.class_id
                """,
                self._on_day_sql(policy, start),
                self._on_day_sql(policy, end),
            )
        )
        places = {level.id: place for place, level in enumerate(policy.class_ids.sorted())}
        return [
            [before or False, after or False, self._get_kind(places.get(before), places.get(after)), customers]
            for before, after, customers in rows
        ]

    def _get_kind(self, before, after):
        if before is None:
            return "new"
        if after is None:
            return "left"
        if before == after:
            return "stayed"
        return "up" if after < before else "down"

    def _get_cell_domain(self, policy, earlier, later):
        """Domain of ``abc.classification``: the rows of the later day, of the earlier one for who left."""
        strand = Domain("policy_id", "=", policy.id) & Domain("is_manual", "=", False)
        (day, level), (other_day, other) = (later, earlier) if later[1] else (earlier, later)
        rows = self.env["abc.classification"]
        there = strand & rows._on_day(other_day)
        if other:
            there &= Domain("class_id", "=", other.id)
        return (
            strand
            & rows._on_day(day)
            & Domain("class_id", "=", level.id)
            & Domain("partner_id", "any" if other else "not any", [("abc_classification_ids", "any", list(there))])
        )
