"""The limit on the profile: what it is made of, and in its own currency where that is another one."""

from odoo import api, fields, models
from odoo.tools import SQL, format_date


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    limit_currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_limit_parts",
        help="Of the base limit in force, where it is not the company's currency.",
    )
    limit_amount_currency = fields.Monetary(
        string="Limit in Its Currency",
        compute="_compute_limit_parts",
        currency_field="limit_currency_id",
        help="The effective limit in the currency in which the base limit was agreed, at today's rate.",
    )
    available_amount_currency = fields.Monetary(
        string="Available in Its Currency",
        compute="_compute_limit_parts",
        currency_field="limit_currency_id",
        help="What is available, in the currency in which the base limit was agreed, at today's rate.",
    )
    limit_explanation = fields.Text(compute="_compute_limit_parts", help="What the effective limit is made of today.")

    @api.depends("limit_ids.state", "limit_mode")
    @api.depends_context("lang", "uid")
    def _compute_limit_parts(self):
        today = fields.Date.context_today(self)
        parts = self._gather_limit_parts(today)
        for profile in self:
            counted = parts.get(profile.id, []) if profile.limit_mode == "limited" else []
            base = next((part for part in counted if part["kind"] == "base"), None)
            foreign = base if base and base["currency_id"] != profile.currency_id.id else None
            profile.limit_currency_id = foreign and foreign["currency_id"]
            profile.limit_amount_currency = foreign and profile.limit_amount / foreign["rate"]
            profile.available_amount_currency = foreign and profile.available_amount / foreign["rate"]
            profile.limit_explanation = profile._limit_parts_text(counted)

    def _gather_limit_parts(self, as_of):
        """``{profile id: rows of _counted_sql}``, base limits first; one query."""
        if not self.ids:
            return {}
        counted = self.env["credit.limit"]._counted_sql(as_of, self.partner_id)
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT * FROM (%s) counted WHERE profile_id = ANY(%s) ORDER BY kind <> 'base', date_to, id",
                counted,
                self.ids,
            )
        )
        parts = {}
        for row in rows:
            parts.setdefault(row["profile_id"], []).append(row)
        return parts

    def _limit_parts_text(self, counted):
        """A line for each part, or nothing where the limit is one base limit in company currency without end."""
        self.ensure_one()
        rest = self.limit_amount - sum(part["amount"] for part in counted)
        has_rest = not self.currency_id.is_zero(rest)
        plain = all(part["currency_id"] == self.currency_id.id and not part["date_to"] for part in counted)
        if plain and len(counted) + has_rest <= 1:
            return False
        lines = [self._limit_part_sentence(part) for part in counted]
        if has_rest:
            lines.append(self.env._("Guarantees: %(amount)s", amount=self.currency_id.format(rest)))
        return "\n".join(lines) or False

    def _limit_part_sentence(self, part):
        kinds = dict(self.env["credit.limit"]._fields["kind"]._description_selection(self.env))
        own = self.env["res.currency"].browse(part["currency_id"])
        values = {"kind": kinds[part["kind"]], "amount": own.format(part["own_amount"])}
        if own != self.currency_id:
            values["amount"] += f" = {self.currency_id.format(part['amount'])}"
        if part["date_to"]:
            return self.env._(
                "%(kind)s: %(amount)s until %(day)s", day=format_date(self.env, part["date_to"]), **values
            )
        return self.env._("%(kind)s: %(amount)s", **values)
