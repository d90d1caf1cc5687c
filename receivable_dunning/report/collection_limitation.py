from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..core.limitation import Verdict
from ..models.limitation_rule_effect import KINDS

STATUSES = [
    ("expired", "Time-barred"),
    ("week", "Within 7 days"),
    ("month", "Within 30 days"),
    ("quarter", "Within 90 days"),
    ("later", "Later"),
    ("unknown", "No law, or not worked out"),
]


class CollectionLimitation(models.Model):
    """Open claims and when each is time-barred, one row per instalment. Amounts are live; dates are those of the last
    night, or of the moment somebody entered what happened."""

    _name = "collection.limitation"
    _description = "Limitation of Open Items"
    _auto = False
    _rec_name = "move_id"
    _order = "date_limit, id"

    move_line_id = fields.Many2one("account.move.line", string="Journal Item", readonly=True)
    move_id = fields.Many2one("account.move", string="Document", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True, help="Salesperson on the document.")
    date = fields.Date(string="Accounting Date", readonly=True)
    date_maturity = fields.Date(string="Due Date", readonly=True)
    amount_residual = fields.Monetary(
        string="Open Amount", currency_field="company_currency_id", readonly=True, help="In company currency."
    )
    amount_residual_currency = fields.Monetary(
        string="Open in Currency", readonly=True, aggregator=None, help="In the currency of the document."
    )
    rule_id = fields.Many2one("limitation.rule", string="Law", readonly=True)
    date_start = fields.Date(string="Runs from", readonly=True)
    date_limit = fields.Date(
        string="Last Day", readonly=True, help="The claim can be enforced until this day; then it is time-barred."
    )
    days_left = fields.Integer(
        readonly=True,
        aggregator="min",
        help="From today to the last day; negative: time-barred. In groups: the fewest.",
    )
    status = fields.Selection(STATUSES, string="Limitation", readonly=True)
    last_kind = fields.Selection(KINDS, string="Last Event", readonly=True, help="That moved the last day.")
    last_date = fields.Date(string="Last Event on", readonly=True)
    case_id = fields.Many2one("collection.case", string="Legal Case", readonly=True)
    explanation = fields.Html(
        compute="_compute_explanation", string="How It Comes About", help="Worked out at this moment."
    )

    @property
    def _table_query(self):
        """The planner leaves out what is not asked for: the order of the list needs items and dates only, and the rest
        is read for the rows of a page."""
        today = fields.Date.context_today(self)
        move, company = self.env["account.move"]._fields, self.env["res.company"]._fields
        self.env["limitation.term"].flush_model()
        self.env["collection.case.line"].flush_model()
        left = SQL("(term.date_limit - %s::date)", today)
        return SQL(
            """
            SELECT item.line_id AS id, item.line_id AS move_line_id, item.move_id, item.partner_id,
                   item.root_company_id AS company_id, company.currency_id AS company_currency_id, item.currency_id,
                   move.invoice_user_id AS user_id, item.date, item.date_maturity,
                   item.residual AS amount_residual, item.residual_currency AS amount_residual_currency,
                   term.rule_id, term.date_start, term.date_limit, %(left)s AS days_left,
                   CASE WHEN term.date_limit IS NULL THEN 'unknown' WHEN %(left)s < 0 THEN 'expired'
                        WHEN %(left)s <= 7 THEN 'week' WHEN %(left)s <= 30 THEN 'month'
                        WHEN %(left)s <= 90 THEN 'quarter' ELSE 'later' END AS status,
                   term.last_kind, term.last_date,
                   (SELECT claimed.case_id FROM collection_case_line claimed
                     WHERE claimed.move_line_id = item.line_id AND claimed.is_open) AS case_id
              FROM (%(items)s) item
              LEFT JOIN account_move move ON move.id = item.move_id
              LEFT JOIN res_company company ON company.id = item.root_company_id
              LEFT JOIN limitation_term term ON term.move_line_id = item.line_id
             WHERE item.residual > 0 AND item.partner_id IS NOT NULL
            """,
            items=self.env["receivable.ledger"]._open_items_sql(today),
            left=left,
            to_flush=[move["invoice_user_id"], company["currency_id"]],
        )

    # ------------------------------------------------------------------
    # EXPLANATION
    # ------------------------------------------------------------------

    def _compute_explanation(self):
        terms = self.env["limitation.ledger"]._terms_of_lines(self.move_line_id)
        for row in self:
            found = terms.get(row.move_line_id.id)
            row.explanation = found and found.term and row._explain(found)

    def _explain(self, found):
        """The period, then event by event, as a table."""
        # sudo: the law of a claim is named to whoever may see the claim
        rule = self.env["limitation.rule"].sudo().browse(found.rule_id)
        return self.env["ir.qweb"]._render(
            "receivable_dunning.limitation_explanation",
            {
                "rule": rule,
                "term": found.term,
                "day": lambda value: format_date(self.env, value),
                "start": dict(rule._fields["start"]._description_selection(self.env))[rule.start],
                "kinds": dict(self._fields["last_kind"]._description_selection(self.env)),
                "verdicts": self._verdicts(),
            },
        )

    def _verdicts(self):
        return {
            Verdict.RESTARTED: self.env._("begins anew"),
            Verdict.SUSPENDED: self.env._("stood still"),
            Verdict.NO_EFFECT: self.env._("no effect by this law"),
            Verdict.NOT_LATER: self.env._("the last day stays"),
            Verdict.TOO_LATE: self.env._("too late"),
        }

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    @api.model
    def action_refresh(self):
        """Work out the dates of the active companies now."""
        if not self.env.user.has_group("receivable_dunning.group_collections_accountant"):
            raise UserError(self.env._("Accountants of collections work out the dates; else the night does."))
        for company in self.env.companies.root_id:
            self.env["limitation.term"]._refresh(company)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def action_view_events(self):
        """What people entered, to be corrected or taken back."""
        return self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_limitation_event")

    def action_open_document(self):
        self.ensure_one()
        return self.move_id.get_formview_action()

    def action_open_case(self):
        """A draft of a legal case with these items; those in a case already are left out."""
        return self.env["collection.case"]._open_drafts(self.move_line_id)

    def action_evidence(self):
        """Evidence of these documents."""
        return self.env["collection.evidence.wizard"]._ask(self.partner_id, self.move_id)

    def action_record_event(self):
        """Enter what happened to an item, such as an acknowledgement of debt."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Happened"),
            "res_model": "limitation.event",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_move_id": self.move_id.id,
                "default_company_id": self.company_id.id,
            },
        }
