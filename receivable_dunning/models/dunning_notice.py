from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

from odoo.addons.base.models.res_partner import _lang_get

from ..core.ladder import SkipReason
from .dunning_skip import REASONS

STATES = [
    ("proposed", "Proposed"),
    ("queued", "Queued"),
    ("sent", "Sent"),
    ("suppressed", "Suppressed"),
    ("failed", "Failed"),
    ("excluded", "Excluded"),
    ("cancelled", "Cancelled"),
]
# On the way: the customer gets no second notice, and the run is not done.
OPEN_STATES = ("proposed", "queued", "failed")


class DunningNotice(models.Model):
    """What one customer is told in one run. No chatter: what was said is in the message, the letter and the lines."""

    _name = "dunning.notice"
    _description = "Dunning Notice"
    _order = "run_id desc, level_number desc, amount_total desc, id"
    _send_batch_size = 50

    run_id = fields.Many2one("dunning.run", required=True, readonly=True, index=True, ondelete="cascade")
    date = fields.Date(required=True, readonly=True, help="Date of the run: ages are counted to this day.")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    plan_id = fields.Many2one("dunning.plan", readonly=True, index=True, ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    contact_id = fields.Many2one("res.partner", string="Sent to", required=True, index=True, ondelete="restrict")
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

    _customer_uniq = models.Constraint("UNIQUE (run_id, partner_id)", "A customer gets one notice per run.")
    # two runs proposed at once do not see each other's notices: the database does
    _open_uniq = models.UniqueIndex(
        "(company_id, partner_id) WHERE state IN ('proposed', 'queued', 'failed')",
        "A customer of these notices is on another one that is not sent yet: propose again.",
    )
    _queued_idx = models.Index("(run_id, id) WHERE state = 'queued'")
    _sent_idx = models.Index("(company_id, partner_id, sent_date) WHERE state = 'sent'")

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
        if any(notice.state == "sent" for notice in self):
            raise UserError(self.env._("A notice that was sent cannot be deleted."))

    # ------------------------------------------------------------------
    # TEXT OF THE NOTICE
    # ------------------------------------------------------------------

    def _claims(self):
        """Items that the notice claims, oldest first."""
        return self.line_ids.filtered(lambda line: not line.is_credit and not line.drop_reason)

    def _credits(self):
        """Credit notes and unallocated payments that the notice nets."""
        return self.line_ids.filtered(lambda line: line.is_credit and not line.drop_reason)

    def _totals(self):
        """``[(currency, overdue, credits, total)]`` in the currencies of the documents, all that is claimed."""
        self.ensure_one()
        sums = defaultdict(lambda: [0.0, 0.0, 0.0])
        for line in self._claims() | self._credits():
            sums[line.currency_id][line.is_credit] += line.residual_currency
        for _label, currency, amount in self._surcharges():
            sums[currency][2] += amount
        ordered = sorted(sums.items(), key=lambda pair: (pair[0] != self.currency_id, pair[0].name))
        return [(currency, due, credit, due + credit + more) for currency, (due, credit, more) in ordered]

    def _salutation(self):
        """The line a letter opens with, in the language of the notice."""
        self.ensure_one()
        return self.env._("Dear %(name)s,", name=self.contact_id.name or self.partner_id.name)

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
            notice = self.browse(notice_id)
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
        self.filtered(lambda notice: notice.state == "proposed").write({"state": "excluded"})

    def action_include(self):
        """Take back an exclusion; items excluded one by one stay so."""
        self._check_run_proposed()
        excluded = self.filtered(lambda notice: notice.state == "excluded")
        empty = excluded.filtered(lambda notice: not notice._claims())
        empty.line_ids.filtered(lambda line: line.drop_reason == SkipReason.EXCLUDED).write({"drop_reason": False})
        excluded._refresh_totals()

    def action_retry(self):
        """Queue failed notices again."""
        self.filtered(lambda notice: notice.state == "failed").write({"state": "queued", "error": False})
        self.env.ref("receivable_dunning.ir_cron_send_notices")._trigger()

    def action_give_up(self):
        """Close failed notices without sending them; the customers come up again in the next run."""
        self.filtered(lambda notice: notice.state == "failed").write({"state": "cancelled"})
        self.run_id._close_finished()

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
        if any(run.state != "proposed" for run in self.run_id):
            raise UserError(self.env._("Customers can be left out only while the run is proposed."))

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_send(self):
        """Send what is queued, batch by batch, each in its own transaction; several workers may do so at once."""
        progress = self.env["ir.cron"]._commit_progress
        queued_ids = self.search([("state", "=", "queued")], order="run_id, id").ids
        progress(remaining=len(queued_ids))
        for batch_ids in split_every(self._send_batch_size, queued_ids):
            batch = self.browse(batch_ids).try_lock_for_update()
            batch.invalidate_recordset()
            batch = batch.filtered(lambda notice: notice.state == "queued")
            self.env["dunning.sender"]._send(batch, fields.Date.context_today(self))
            if not progress(len(batch_ids)):
                break
