from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.base.models.res_partner import _lang_get

from ..core.ladder import SkipReason
from .dunning_skip import REASONS

STATES = [
    ("proposed", "Proposed"),
    ("queued", "Queued"),
    ("sent", "Sent"),
    ("suppressed", "Suppressed"),
    ("failed", "Failed"),
    ("bounced", "Bounced"),
    ("replied", "Replied"),
    ("excluded", "Excluded"),
    ("cancelled", "Cancelled"),
]
# On the way: the customer gets no second notice, and the run is not done.
OPEN_STATES = ("proposed", "queued", "failed")
# It went out, whatever came back.
SENT_STATES = ("sent", "replied", "bounced")
# What people may change by hand, before it is sent; all else is written by the actions, which check who acts.
BY_HAND = {"contact_id", "lang"}


class DunningNotice(models.Model):
    """What one customer is told in one run, and what came back."""

    _name = "dunning.notice"
    _description = "Dunning Notice"
    _inherit = ["mail.thread", "receivable.delivery.mixin"]
    _order = "run_id desc, level_number desc, amount_total desc, id"
    _send_order = "run_id, id"

    run_id = fields.Many2one("dunning.run", required=True, readonly=True, index=True, ondelete="cascade")
    date = fields.Date(required=True, readonly=True, help="Date of the run: ages are counted to this day.")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    plan_id = fields.Many2one("dunning.plan", readonly=True, index=True, ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    contact_id = fields.Many2one("res.partner", string="Sent to", required=True, index=True, ondelete="restrict")
    email_contact_id = fields.Many2one(
        "res.partner",
        string="E-mail to",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The contact, or the customer itself where the contact has no e-mail address that works.",
    )
    bounced_email = fields.Char(
        string="Bounced Address",
        readonly=True,
        index="btree_not_null",
        help="No reminder goes to this address until it is corrected, or somebody says that it works again.",
    )
    lang = fields.Selection(
        _lang_get, string="Language", help="Language of the contact, in which the notice is written."
    )
    level_id = fields.Many2one("dunning.level", readonly=True, index=True, ondelete="restrict")
    level_number = fields.Integer(readonly=True, aggregator="max")
    state = fields.Selection(STATES, required=True, readonly=True, default="proposed", index=True)
    reason = fields.Selection(REASONS, readonly=True, help="Why the notice was suppressed when it was to be sent.")
    error = fields.Text(readonly=True, help="What went wrong when the notice was to be sent.")
    send_email = fields.Boolean(string="By E-mail", readonly=True)
    send_letter = fields.Boolean(string="By Letter", readonly=True)
    line_ids = fields.One2many("dunning.notice.line", "notice_id", string="Items", readonly=True)
    amount_due = fields.Monetary(string="Overdue", readonly=True, help="Items claimed, in company currency.")
    amount_credit = fields.Monetary(
        string="Credits", readonly=True, help="Credit notes and unallocated payments, in company currency (negative)."
    )
    amount_total = fields.Monetary(
        string="Claimed", readonly=True, help="Overdue items less credits, in company currency."
    )
    sent_date = fields.Date(readonly=True, index="btree_not_null")
    mail_message_id = fields.Many2one(
        "mail.message", string="E-mail", readonly=True, index="btree_not_null", ondelete="set null"
    )
    letter_id = fields.Many2one("ir.attachment", readonly=True, index="btree_not_null", ondelete="set null")

    # two runs proposed at once do not see each other's notices: the database does
    _open_uniq = models.UniqueIndex(
        "(company_id, partner_id) WHERE state IN ('proposed', 'queued', 'failed')",
        "A customer of these notices is on another one that is not sent yet: propose again.",
    )
    _queued_idx = models.Index("(run_id, id) WHERE state = 'queued'")
    _sent_idx = models.Index("(company_id, partner_id, sent_date) WHERE state IN ('sent', 'replied', 'bounced')")

    @api.depends("partner_id", "level_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for notice in self:
            notice.display_name = " - ".join(filter(None, (notice.partner_id.name, notice.level_id.name)))

    @api.onchange("contact_id")
    def _onchange_contact_id(self):
        self.lang = self.contact_id.lang

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if any(notice.state in SENT_STATES for notice in self):
            raise UserError(self.env._("A notice that was sent cannot be deleted."))

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Notices are made by a run: propose one."))
        return super().create(vals_list)

    def write(self, vals):
        """Contact and language are changed by hand until the notice is sent; the rest by the actions only."""
        if not self.env.su:
            if vals.keys() - BY_HAND:
                raise AccessError(self.env._("Notices are changed by the actions of the run and of the notice only."))
            if any(notice.state not in OPEN_STATES for notice in self):
                raise UserError(self.env._("This notice is not to be sent any more: its contact cannot be changed."))
            self._check_contact(vals)
        return super().write(vals)

    def _check_contact(self, vals):
        contact = self.env["res.partner"].browse(vals.get("contact_id") or [])
        if contact and contact.commercial_partner_id not in self.partner_id | contact.browse():
            raise UserError(self.env._("%(contact)s is no contact of this customer.", contact=contact.display_name))

    # ------------------------------------------------------------------
    # TOTALS
    # ------------------------------------------------------------------

    def _refresh_totals(self):
        """Bring amounts and level in line with the lines that are left; without any the notice is excluded."""
        self.line_ids.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT notice.id, COALESCE(sum(line.residual) FILTER (WHERE NOT line.is_credit), 0),
                       COALESCE(sum(line.residual) FILTER (WHERE line.is_credit), 0),
                       max(line.level_number) FILTER (WHERE NOT line.is_credit AND NOT line.is_covered),
                       count(*) FILTER (WHERE NOT line.is_credit)
                  FROM dunning_notice notice
                  LEFT JOIN dunning_notice_line line ON line.notice_id = notice.id AND line.drop_reason IS NULL
                 WHERE notice.id = ANY(%s)
                 GROUP BY notice.id
                """,
                self.ids,
            )
        )
        for notice_id, due, credit, number, count in rows:
            # sudo: what follows from the lines; who changed them had the right to
            notice = self.browse(notice_id).sudo()
            level = notice.plan_id.level_ids.filtered(lambda level, number=number: level.number == number)
            notice.write(
                {
                    "amount_due": due,
                    "amount_credit": credit,
                    "amount_total": due + credit,
                    "state": "proposed" if count and due + credit > 0 else "excluded",
                    **({"level_id": level.id, "level_number": number} if level else {}),
                }
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_exclude(self):
        """Leave customers out of the run; they come up again in the next one."""
        self._check_run_proposed()
        self._proceed("proposed", {"state": "excluded"})

    def action_include(self):
        """Take back an exclusion; items excluded one by one stay so."""
        self._check_run_proposed()
        # sudo: the right to write was checked
        excluded = self.sudo().filtered(lambda notice: notice.state == "excluded")
        empty = excluded.filtered(lambda notice: not notice._claims())
        empty.line_ids.filtered(lambda line: line.drop_reason == SkipReason.EXCLUDED).write({"drop_reason": False})
        excluded._refresh_totals()

    def action_retry(self):
        """Queue failed notices again."""
        self.check_access("write")
        # sudo: the right to write was checked
        self.sudo().filtered(lambda notice: notice.state == "failed")._requeue()

    def action_give_up(self):
        """Close failed notices without sending them; the customers come up again in the next run."""
        self.check_access("write")
        self.filtered(lambda notice: notice.state == "failed")._drop_fees()
        self._proceed("failed", {"state": "cancelled"})
        self.run_id.sudo()._close_finished()

    def action_arrived(self):
        """Somebody knows that the e-mail of a failed notice has arrived: it counts as sent."""
        self.check_access("write")
        if any(notice.state == "failed" and not notice.mail_message_id for notice in self):
            raise UserError(self.env._("No e-mail was written for this notice: retry it."))
        self._proceed("failed", {"state": "sent", "error": False})
        self.run_id.sudo()._close_finished()

    def _proceed(self, from_state, values):
        """Write ``values`` on those in a state."""
        # sudo: the only door to what the actions write; they check who acts
        self.sudo().filtered(lambda notice: notice.state == from_state).write(values)

    def _requeue(self):
        """Send again, after another look; an e-mail that was written before never leaves."""
        # sudo: the mail queue belongs to the system
        mails = self.env["mail.mail"].sudo().search([("mail_message_id", "in", self.mail_message_id.ids)])
        mails.filtered(lambda mail: mail.state in ("outgoing", "exception")).write({"state": "cancel"})
        self.write({"state": "queued", "error": False, "letter_id": False})
        self.run_id._reopen()
        self.env.ref("receivable_dunning.ir_cron_send_notices")._trigger()

    def action_print(self):
        return self.env.ref("receivable_dunning.action_report_dunning_letter").report_action(self)

    def action_view_email(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.message",
            "res_id": self.mail_message_id.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _check_run_proposed(self):
        self.check_access("write")
        if any(run.state != "proposed" for run in self.run_id):
            raise UserError(self.env._("Customers can be left out only while the run is proposed."))

    # ------------------------------------------------------------------
    # SENDING
    # ------------------------------------------------------------------

    def _send(self, as_of):
        self.env["dunning.sender"]._send(self, as_of)
