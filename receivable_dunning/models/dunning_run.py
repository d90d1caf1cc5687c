import base64

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.misc import formatLang
from odoo.tools.pdf import merge_pdf

from .dunning_notice import OPEN_STATES, SENT_STATES


class DunningRun(models.Model):
    """A round of reminders: proposed, looked through, confirmed, sent."""

    _name = "dunning.run"
    _description = "Dunning Run"
    _inherit = ["mail.thread", "receivable.root.company.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True,
        default=lambda self: self._default_date(),
        help="Days overdue are counted to this day. What is paid is looked up when proposing and when sending.",
    )
    plan_ids = fields.Many2many(
        "dunning.plan",
        string="Plans",
        compute="_compute_plan_ids",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        domain="[('company_id', '=', company_id)]",
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", default=lambda self: self._default_user_id(), tracking=True
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("proposed", "Proposed"),
            ("confirmed", "Confirmed"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
        index=True,
    )
    notice_ids = fields.One2many("dunning.notice", "run_id", string="Notices")
    skip_ids = fields.One2many("dunning.skip", "run_id", string="Skipped")
    notice_count = fields.Integer(compute="_compute_figures")
    skip_count = fields.Integer(string="Skipped Items", compute="_compute_figures")
    sent_count = fields.Integer(string="Sent", compute="_compute_figures")
    replied_count = fields.Integer(string="Replied", compute="_compute_figures")
    bounced_count = fields.Integer(string="Bounced", compute="_compute_figures")
    failed_count = fields.Integer(string="Failed", compute="_compute_figures")
    letter_count = fields.Integer(string="Letters", compute="_compute_figures")
    amount_total = fields.Monetary(
        string="Claimed", compute="_compute_figures", help="Of the notices to be sent and sent, in company currency."
    )
    summary = fields.Html(string="By Level", compute="_compute_summary", sanitize=False)
    waiting_message = fields.Char(compute="_compute_waiting_message")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _default_date(self):
        return fields.Date.context_today(self)

    def _default_user_id(self):
        return self.env.user

    @api.depends("date")
    def _compute_name(self):
        for run in self:
            run.name = self.env._("Reminders %(date)s", date=run.date or "")

    @api.depends("company_id")
    def _compute_plan_ids(self):
        for run in self:
            if run.state == "draft":
                run.plan_ids = self.env["dunning.plan"]._of_company(run.company_id)

    @api.depends("notice_ids.state", "notice_ids.amount_total", "skip_ids")
    def _compute_figures(self):
        Notice = self.env["dunning.notice"]
        groups = Notice._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state"], ["__count", "amount_total:sum", "letter_id:count"]
        )
        skips = dict(self.env["dunning.skip"]._read_group([("run_id", "in", self.ids)], ["run_id"], ["__count"]))
        for run in self:
            rows = {state: (count, amount) for group, state, count, amount, _letters in groups if group == run}
            run.notice_count = sum(count for count, _amount in rows.values())
            run.sent_count = sum(rows[state][0] for state in SENT_STATES if state in rows)
            run.replied_count = rows.get("replied", (0, 0))[0]
            run.bounced_count = rows.get("bounced", (0, 0))[0]
            run.failed_count = rows.get("failed", (0, 0))[0]
            run.letter_count = sum(letters for group, *_rest, letters in groups if group == run)
            run.amount_total = sum(rows[state][1] for state in (*OPEN_STATES, *SENT_STATES) if state in rows)
            run.skip_count = skips.get(run, 0)

    @api.depends("notice_ids.state", "notice_ids.amount_total", "notice_ids.level_id")
    def _compute_summary(self):
        groups = self.env["dunning.notice"]._read_group(
            [("run_id", "in", self.ids), ("state", "in", (*OPEN_STATES, *SENT_STATES))],
            ["run_id", "level_id"],
            ["__count", "amount_total:sum"],
            order="level_id",
        )
        row = Markup("<tr><td>%s</td><td class='text-end'>%s</td><td class='text-end'>%s</td></tr>")
        for run in self:
            body = Markup().join(
                row % (level.name or "", count, formatLang(self.env, amount, currency_obj=run.currency_id))
                for group, level, count, amount in groups
                if group == run
            )
            head = row.replace("td", "th") % (self.env._("Level"), self.env._("Customers"), self.env._("Claimed"))
            table = Markup("<table class='table table-sm o_main_table mb-0'><thead>%s</thead><tbody>%s</tbody></table>")
            run.summary = table % (head, body) if body else False

    @api.depends("state", "notice_ids.state", "notice_ids.error")
    def _compute_waiting_message(self):
        waiting = dict(
            self.env["dunning.notice"]._read_group(
                [("run_id", "in", self.ids), ("state", "=", "queued"), ("error", "!=", False)],
                ["run_id"],
                ["error:max"],
            )
        )
        for run in self:
            run.waiting_message = waiting.get(run, False)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        runs = super().create(vals_list)
        # the result is checked, not the values: the context may hold defaults
        if not self.env.su and any(run.state != "draft" or run.notice_ids or run.skip_ids for run in runs):
            raise AccessError(self.env._("A new run is a draft: propose and confirm it."))
        return runs

    def write(self, vals):
        """States, notices and skipped items are written by the actions; date and plans count until confirmed."""
        if not self.env.su:
            if {"state", "notice_ids", "skip_ids"} & vals.keys():
                raise AccessError(self.env._("Propose, confirm or cancel the run instead of writing its state."))
            fixed = {"date", "company_id"} & vals.keys() and any(run.state != "draft" for run in self)
            planned = "plan_ids" in vals and any(run.state not in ("draft", "proposed") for run in self)
            if fixed or planned:
                raise UserError(self.env._("This run is proposed or confirmed already: make a new one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if any(run.state in ("confirmed", "done") or run.sent_count for run in self):
            raise UserError(
                self.env._("A run that was confirmed cannot be deleted: it tells who was reminded of what.")
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_propose(self):
        """Work out the notices and the skipped items, replacing an earlier proposal."""
        self.check_access("write")
        for run in self:
            if run.state not in ("draft", "proposed"):
                raise UserError(self.env._("%(run)s is confirmed: it cannot be proposed again.", run=run.name))
            if not run.plan_ids:
                raise UserError(self.env._("Choose a dunning plan with at least one level first."))
            self.env["dunning.proposal"]._propose(run)
            # sudo: the only door to the state; the right to write was checked
            run.sudo().state = "proposed"

    def action_confirm(self):
        """Queue the proposed notices; they are sent in the background."""
        self.check_access("write")
        if any(run.state != "proposed" for run in self):
            raise UserError(self.env._("Only a proposed run can be confirmed."))
        # sudo: as above
        runs = self.sudo()
        runs.write({"state": "confirmed"})
        runs.notice_ids.filtered(lambda notice: notice.state == "proposed").write({"state": "queued"})
        runs._close_finished()
        self.env.ref("receivable_dunning.ir_cron_send_notices")._trigger()

    def action_cancel(self):
        """Stop what is not sent yet; its customers and items are free for the next run."""
        self.check_access("write")
        if any(run.state in ("done", "cancelled") for run in self):
            raise UserError(self.env._("A run that is done or cancelled cannot be cancelled."))
        # sudo: as above
        runs = self.sudo()
        stopped = runs.notice_ids.filtered(lambda notice: notice.state in OPEN_STATES)
        stopped.write({"state": "cancelled"})
        stopped._drop_fees()
        runs.write({"state": "cancelled"})

    def action_view_notices(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_dunning_notice")
        return {**action, "domain": [("run_id", "=", self.id)], "context": {"search_default_group_level": 1}}

    def action_view_skips(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_dunning_skip")
        return {**action, "domain": [("run_id", "=", self.id)], "context": {"search_default_group_reason": 1}}

    def action_print_letters(self):
        """One PDF of all letters of the run, as they were sent."""
        self.ensure_one()
        # a notice that is not sent (any more) has no letter to be posted
        letters = self.notice_ids.filtered(lambda notice: notice.state in SENT_STATES).letter_id.sorted("id")
        if not letters:
            raise UserError(self.env._("No letter of this run is sent yet."))
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"{self.name}.pdf",
                "res_model": self._name,
                "res_id": self.id,
                "mimetype": "application/pdf",
                "datas": base64.b64encode(merge_pdf([letter.raw for letter in letters])),
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "download",
        }

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _close_finished(self):
        """Confirmed runs all of whose notices have come to an end are done."""
        self.env["dunning.notice"].flush_model(["state", "run_id"])
        open_ids = self.env.execute_query(
            SQL(
                "SELECT DISTINCT run_id FROM dunning_notice WHERE run_id = ANY(%s) AND state = ANY(%s)",
                self.ids,
                list(OPEN_STATES),
            )
        )
        busy = self.browse(run_id for (run_id,) in open_ids)
        (self - busy).filtered(lambda run: run.state == "confirmed").write({"state": "done"})

    def _reopen(self):
        """Runs that were done have notices on the way again."""
        self.filtered(lambda run: run.state == "done").write({"state": "confirmed"})
