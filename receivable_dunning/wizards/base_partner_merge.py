from odoo import api, models
from odoo.tools import SQL

from ..models.dunning_notice import OPEN_STATES

# Documents of a customer: of the firm that owes, never of one of its contacts.
OF_CUSTOMERS = (
    "collection.case",
    "collection.contact",
    "collection.handover.line",
    "collection.snooze",
    "dunning.block",
    "dunning.experiment.member",
    "dunning.notice",
    "ecl.exposure",
    "ecl.individual",
    "late.interest.charge",
    "receivable.assignment.line",
    "receivable.dispute",
    "receivable.payment.plan",
    "receivable.payment.plan.line",
    "receivable.portal.link",
    "receivable.portal.request",
    "receivable.promise",
    "receivable.promise.line",
    "receivable.statement",
    "receivable.writeoff",
    "receivable.writeoff.line",
)


class MergePartnerAutomatic(models.TransientModel):
    """Merging contacts loses no notice and no statement: what was said to either was said to the one who stays."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        self._settle_rivals(src_partners | dst_partner, dst_partner)
        super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Whoever becomes a contact of a firm by the merge owes as that firm."""
        super()._update_values(src_partners, dst_partner)
        customer = dst_partner.commercial_partner_id
        if customer != dst_partner:
            self._settle_rivals(dst_partner | customer, customer)
            self._give_to_customer(dst_partner, customer)

    @api.model
    def _settle_rivals(self, partners, kept):
        """What there may be once for a customer."""
        self._close_rival_notices(partners, kept)
        self._part_rival_statements(partners, kept)
        self._join_assessments(partners, kept)
        self._part_rival_requests(partners)

    @api.model
    def _give_to_customer(self, contact, customer):
        """What was said to and by who became a contact was said to and by its firm."""
        self.env.flush_all()
        for name in OF_CUSTOMERS:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET partner_id = %s WHERE partner_id = %s",
                    SQL.identifier(self.env[name]._table),
                    customer.id,
                    contact.id,
                )
            )
        self.env.invalidate_all()

    @api.model
    def _close_rival_notices(self, partners, kept):
        """A customer has one open notice per company: that of who stays goes on, else the oldest."""
        # sudo: who merges contacts needs no right on reminders
        notices = self.env["dunning.notice"].sudo()
        found = notices.search([("partner_id", "in", partners.ids), ("state", "in", OPEN_STATES)])
        for of_company in found.grouped("company_id").values():
            rivals = of_company.sorted(lambda notice: (notice.partner_id != kept, notice.id))[1:]
            rivals.write({"state": "cancelled"})
            rivals._drop_fees()
            rivals.run_id._close_finished()
        # sudo: as above; an experiment counts the one customer once
        members = self.env["dunning.experiment.member"].sudo().search([("partner_id", "in", partners.ids)])
        for of_experiment in members.grouped("experiment_id").values():
            of_experiment.sorted(lambda member: (member.partner_id != kept, member.id))[1:].unlink()
        self.env.flush_all()

    @api.model
    def _part_rival_statements(self, partners, kept):
        """A plan makes one statement per customer and day: of two, answers and all, one is no longer of the plan."""
        # sudo: who merges contacts needs no right on statements
        statements = self.env["receivable.statement"].sudo()
        found = statements.search([("partner_id", "in", partners.ids), ("plan_id", "!=", False)])
        standing = found.filtered(lambda statement: statement.state != "cancelled")
        for of_day in standing.grouped(lambda statement: (statement.plan_id, statement.date)).values():
            of_day.sorted(lambda statement: (statement.partner_id != kept, statement.id))[1:].write({"plan_id": False})
        self.env.flush_all()

    @api.model
    def _join_assessments(self, partners, kept):
        """A run of the expected loss assesses a customer once: what was found of both stands for the one who stays."""
        # sudo: who merges contacts needs no right on expected losses
        found = self.env["ecl.individual"].sudo().search([("partner_id", "in", partners.ids)])
        for of_run in found.grouped("run_id").values():
            first, *rest = of_run.sorted(lambda assessment: (assessment.partner_id != kept, assessment.id))
            if rest:
                first._join(of_run - first)
        self.env.flush_all()

    @api.model
    def _part_rival_requests(self, partners):
        """Keys of forms are of one customer each: who sent the same key for two keeps both requests."""
        # sudo: what customers did is recorded by the portal only
        found = self.env["receivable.portal.request"].sudo().search([("partner_id", "in", partners.ids)])
        for same in found.grouped(lambda request: (request.company_id, request.key)).values():
            for request in same[1:]:
                request.key = f"{request.key}-{request.id}"
        self.env.flush_all()
