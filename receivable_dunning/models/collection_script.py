from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..core.script import fill_in, placeholders

PLACEHOLDERS = (
    "customer", "contact", "company", "collector", "open", "overdue", "claim", "oldest_days", "usual_days", "level",
    "last_reminder", "promised", "promise_date", "broken_promises",
)  # fmt: skip


class CollectionScript(models.Model):
    """What to say to a customer, from a level of reminders on, in the customer's language."""

    _name = "collection.script"
    _description = "Call Script"
    _order = "channel, level_number, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    channel = fields.Selection([("phone", "Call"), ("visit", "Visit")], required=True, default="phone")
    level_number = fields.Integer(
        string="From Level",
        help="Used for customers who were reminded at this level or above, up to the next script; 0: never reminded.",
    )
    company_id = fields.Many2one(
        "res.company", index=True, domain=[("parent_id", "=", False)], help="Empty: for all companies."
    )
    body = fields.Html(
        string="Text",
        required=True,
        translate=True,
        sanitize_style=True,
        help="Translate it into the languages of your customers. Figures of the customer take the place of {customer},"
        " {contact}, {company}, {collector}, {open}, {overdue}, {claim}, {oldest_days}, {usual_days}, {level},"
        " {last_reminder}, {promised}, {promise_date} and {broken_promises}.",
    )

    _level_check = models.Constraint("CHECK (level_number >= 0)", "A level is zero or above.")

    @api.constrains("body")
    def _check_placeholders(self):
        for script in self:
            unknown = placeholders(script.body) - set(PLACEHOLDERS)
            if unknown:
                raise ValidationError(
                    self.env._(
                        "Unknown in the script: %(unknown)s. These can be used: %(known)s.",
                        unknown=", ".join(f"{{{name}}}" for name in sorted(unknown)),
                        known=", ".join(f"{{{name}}}" for name in PLACEHOLDERS),
                    )
                )

    @api.model
    def _for_level(self, company, channel, level_number):
        """The script of the highest level reached; one of the company before one for all."""
        domain = [
            ("company_id", "in", (False, company.id)),
            ("channel", "=", channel),
            ("level_number", "<=", level_number),
        ]
        return self.search(domain).sorted(lambda script: (script.level_number, bool(script.company_id)))[-1:]

    def _render(self, rows, contact, collector):
        """The text for a customer, as Markup; ``rows`` are its lines of the worklist: several of branches, or none."""
        self.ensure_one()
        script = self.with_context(lang=contact.lang or self.env.lang)
        values = {name: escape(value) for name, value in script._values(rows, contact, collector).items()}
        return Markup(fill_in(str(script.body), values))  # noqa: S704 the values are escaped, the body is sanitized

    def _values(self, rows, contact, collector):
        def amount(name):
            return rows.currency_id.format(sum(rows.mapped(name))) if rows else ""

        def day(name):
            days = [day for day in rows.mapped(name) if day]
            return format_date(self.env, min(days)) if days else "-"

        def most(name):
            return max(rows.mapped(name), default=0)

        return {
            "customer": contact.commercial_partner_id.name,
            "contact": contact.name or "",
            "company": ", ".join((rows.company_id or self.env.company).mapped("name")),
            "collector": collector.name,
            "open": amount("open_amount"),
            "overdue": amount("overdue_amount"),
            "claim": amount("claim_amount"),
            "promised": amount("promise_amount"),
            "oldest_days": most("oldest_days"),
            "usual_days": round(most("usual_days")),
            "level": most("level_number"),
            "broken_promises": most("broken_count"),
            "last_reminder": day("reminded_on"),
            "promise_date": day("promise_date"),
        }
