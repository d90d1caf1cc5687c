"""The preview of a mass change, and the requests that come of it: set-based, whatever the number of customers."""

import json
from dataclasses import asdict

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import limit_change as core
from ..core.limit_proposal import binding


class CreditLimitMassChange(models.TransientModel):
    _inherit = "credit.limit.mass.change"

    # ------------------------------------------------------------------
    # PREVIEW
    # ------------------------------------------------------------------

    def _compute_preview(self, profiles):
        """Replace the preview; a constant number of queries."""
        change = self._change()
        self._write_lines([self._line(row, change) for row in self._gather(profiles)])

    def _gather(self, profiles):
        """A dictionary for each customer: figures, base limit in force on the first day, status now, proposal."""
        today = fields.Date.context_today(self)
        rows = self._facts(profiles, today)
        base = {row["profile_id"]: row for row in self._base_rows(profiles)}
        proposals = profiles._gather_proposals(today) if self.kind == "proposal" else {}
        by_hand = {row["partner_id"]: row["policy_by_hand_id"] for row in rows}
        customers = self.env["res.partner"].browse(row["partner_id"] for row in rows)
        specs = self.env["credit.policy"]._match(customers, self.company_id, by_hand)
        for row in rows:
            row["base"] = base.get(row["profile_id"])
            row["proposals"] = proposals.get(row["profile_id"], ())
            row["spec"] = specs.get(row["partner_id"])
        return rows

    def _facts(self, profiles, as_of):
        """What the verdict needs of each customer; members of a shared pot are read with them."""
        # sudo: a pot is what all members use of it, whoever asks
        readable = profiles.sudo()
        everybody = readable | readable.search([("group_id", "in", readable.group_id.ids)])
        found = self.env.execute_query_dict(readable._facts_sql(as_of, self.company_id, everybody.partner_id))
        chosen = set(profiles.ids)
        return [row for row in readable._with_pots(found) if row["profile_id"] in chosen]

    def _base_rows(self, profiles):
        counted = self.env["credit.limit"]._counted_sql(self.date_from, profiles.partner_id)
        return self.env.execute_query_dict(SQL("SELECT * FROM (%s) counted WHERE kind = 'base'", counted))

    def _line(self, row, change):
        """Values of a line of the preview."""
        base = row["base"] if row["limit_mode"] == "limited" else None
        bound = binding(row["proposals"])
        rate = base["rate"] if base else 1
        own = self.env["res.currency"].browse(base["currency_id"]) if base else self.currency_id
        proposal = bound.amount / rate if bound else None
        new = core.new_limit(core.in_currency(change, 1 / rate), base and base["own_amount"], proposal)
        new = None if new is None else own.round(new)
        values = {
            "profile_id": row["profile_id"],
            "currency_id": own.id,
            "base_id": base and base["id"],
            "old_amount": base["own_amount"] if base else 0.0,
            "new_amount": new or 0.0,
            "old_company": base["amount"] if base else 0.0,
            "new_company": (new or 0.0) * rate,
            "exposure_amount": row["exposure_amount"],
            "skipped": self._why_skipped(row, base, new),
            "proposals": [asdict(it) for it in row["proposals"]] or None,
        }
        return values | self._effect(row, values)

    def _why_skipped(self, row, base, new):
        if row["limit_mode"] == "no_credit":
            return "no_credit"
        if new is None:
            return "unknown" if self.kind == "proposal" else "no_limit"
        return "unchanged" if base and base["own_amount"] == new else None

    def _effect(self, row, values):
        """Status of the customer before and after, by the policy in force; nothing is written for it."""
        before = row["limit_amount"] if row["limit_mode"] == "limited" else None
        if values["skipped"]:
            return {"limit_before": before, "limit_after": before, "effect": "same"}
        after = (before or 0.0) - values["old_company"] + values["new_company"]
        later = {**row, "limit_mode": "limited", "limit_amount": after}
        later |= {"utilization": row["exposure_amount"] / after if after else None, "limit_ended_days": None}
        was_held, is_held = self._is_held(row), self._is_held(later)
        effect = "same" if was_held == is_held else "held" if is_held else "free"
        return {"limit_before": before, "limit_after": after, "effect": effect}

    def _is_held(self, row):
        status, _reasons = self.env["credit.profile"]._decide_status(row, row["spec"], self.company_id)
        return status == "hold"

    def _write_lines(self, lines):
        """Replace the preview; one statement, however many lines."""
        self.line_ids.unlink()
        columns = (
            "profile_id int, currency_id int, base_id int, old_amount numeric, new_amount numeric, old_company numeric,"
            " new_company numeric, exposure_amount numeric, skipped varchar, proposals jsonb, limit_before numeric,"
            " limit_after numeric, effect varchar"
        )
        names = SQL(", ").join(SQL.identifier(column.split()[0]) for column in columns.split(", "))
        self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_limit_mass_change_line (wizard_id, create_uid, write_uid, create_date, write_date,
                                                           %(names)s)
                SELECT %(wizard)s, %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', %(names)s
                  FROM jsonb_to_recordset(%(lines)s::jsonb) AS line(%(columns)s)
                RETURNING id
                """,
                names=names,
                columns=SQL(columns),
                wizard=self.id,
                uid=self.env.uid,
                lines=json.dumps(lines, default=float),
            )
        )
        self.invalidate_recordset(["line_ids"])

    # ------------------------------------------------------------------
    # REQUESTS
    # ------------------------------------------------------------------

    def _check_fresh(self):
        """What is asked for is what the preview showed: no base limit was replaced meanwhile."""
        base = {row["profile_id"]: row["id"] for row in self._base_rows(self.line_ids.profile_id)}
        changed = self.line_ids.filtered(
            lambda line: (
                not line.skipped
                and line.profile_id.limit_mode == "limited"
                and base.get(line.profile_id.id, 0) != line.base_id.id
            )
        )
        if changed:
            raise UserError(
                self.env._(
                    "The limits of %(count)d customers changed since the preview, such as %(customer)s: preview again.",
                    count=len(changed),
                    customer=changed[0].profile_id.display_name,
                )
            )

    def _insert_limits(self, batch):
        """The requests of the batch; one statement, however many lines."""
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_limit (profile_id, company_id, currency_id, kind, amount, date_from, date_to, state,
                                          requested_by, reason, batch_id, previous_amount, proposals, create_uid,
                                          write_uid, create_date, write_date)
                SELECT line.profile_id, wizard.company_id, line.currency_id, 'base', line.new_amount, wizard.date_from,
                       wizard.date_to, 'submitted', %(uid)s, wizard.reason, %(batch)s, line.old_company,
                       CASE WHEN line.proposals IS NOT NULL THEN
                            jsonb_build_object('as_of', %(today)s::text, 'proposals', line.proposals) END,
                       %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                  FROM credit_limit_mass_change_line line
                  JOIN credit_limit_mass_change wizard ON wizard.id = line.wizard_id
                 WHERE wizard.id = %(wizard)s AND line.skipped IS NULL
                 ORDER BY line.id
                RETURNING id
                """,
                uid=self.env.uid,
                batch=batch.id,
                wizard=self.id,
                today=fields.Date.to_string(fields.Date.context_today(self)),
                to_flush=[self.env["credit.limit.batch"]._fields["reason"]],
            )
        )
        self.env["credit.limit"].invalidate_model()
        self.env["credit.profile"].invalidate_model(["limit_ids"])
        batch.invalidate_recordset()
