from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..core.ladder import SkipReason

# What people choose, while the case is a draft; the rest is worked out.
BY_HAND = {"move_line_id", "amount_claimed"}


class CollectionCaseLine(models.Model):
    """An item claimed in a legal case. An item is in one open case at a time."""

    _name = "collection.case.line"
    _description = "Item of a Legal Case"
    _inherit = ["collection.claim.mixin"]

    case_id = fields.Many2one("collection.case", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="case_id.partner_id")
    state = fields.Selection(related="case_id.state")
    is_open = fields.Boolean(readonly=True, default=True, help="The case is not closed.")
    limitation_date = fields.Date(
        string="Time-Barred after", compute="_compute_limitation_date", help="As of this moment."
    )

    _open_uniq = models.UniqueIndex(
        "(move_line_id) WHERE is_open",
        "One of these items is in another legal case that is open: close that one first.",
    )

    def _compute_limitation_date(self):
        terms = self.env["limitation.ledger"]._terms_of_lines(self.move_line_id)
        for line in self:
            found = terms.get(line.move_line_id.id)
            line.limitation_date = found.term.last_day if found and found.term else False

    @api.constrains("move_line_id", "case_id")
    def _check_belongs(self):
        # sudo: whose item it is is compared, not shown
        for line in self.sudo():
            item, case = line.move_line_id, line.case_id
            if item.partner_id.commercial_partner_id != case.partner_id or item.company_id.root_id != case.company_id:
                raise ValidationError(
                    self.env._("%(item)s belongs to another customer or company.", item=item.display_name)
                )

    # ------------------------------------------------------------------
    # DOORS
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # worked out below, whatever the caller or the context says
        vals_list = [
            {**{name: value for name, value in vals.items() if name in {*BY_HAND, "case_id"}}, "is_open": True}
            for vals in vals_list
        ]
        lines = super().create(vals_list)
        lines._expect_draft()
        lines._take_figures(fields.Date.context_today(self))
        return lines

    def write(self, vals):
        if not self.env.su:
            self._expect_draft()
            if vals.keys() - BY_HAND:
                raise UserError(self.env._("Only the items and the amounts claimed are entered; the rest follows."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_claimed(self):
        self._expect_draft()

    def _expect_draft(self):
        if any(line.case_id.state != "draft" for line in self):
            raise UserError(self.env._("What a case claims is changed while it is a draft."))

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    def _held_sql(self, company):
        """Items of the rows ``item`` that are not reminded because a case claims them."""
        self.flush_model()
        self.env["collection.case"].flush_model(["state", "kind"])
        return SQL(
            """
            SELECT item.line_id, NULL::numeric AS amount,
                   CASE dossier.kind WHEN 'agency' THEN %(agency)s ELSE %(legal)s END AS reason
              FROM collection_case_line line
              JOIN collection_case dossier ON dossier.id = line.case_id AND dossier.state NOT IN ('draft', 'closed')
              JOIN item ON item.line_id = line.move_line_id
             WHERE line.is_open AND line.company_id = %(company)s
            """,
            agency=str(SkipReason.AGENCY),
            legal=str(SkipReason.LEGAL),
            company=company.id,
        )
