from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

# Invoices of so many customers are posted at once, while the user waits; more go into the background.
INVOICED_AT_ONCE = 20


class LateInterestRun(models.Model):
    """Charges of late interest: proposed, looked through, confirmed."""

    _name = "late.interest.run"
    _description = "Late Interest Run"
    _inherit = ["receivable.root.company.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="Until", required=True, default=lambda self: self._default_date(), help="Last day that is charged."
    )
    date_from = fields.Date(
        string="Days From",
        required=True,
        compute="_compute_date_from",
        store=True,
        readonly=False,
        precompute=True,
        help="No day before this one is charged. Days charged already never are charged again.",
    )
    partner_ids = fields.Many2many(
        "res.partner", string="Customers", help="Only these customers and their contacts. Empty: all."
    )
    posting = fields.Selection(
        [("invoice", "Invoice the customers"), ("claim", "Only claim: reminders name the amount")],
        string="On Confirmation",
        required=True,
        default="invoice",
    )
    user_id = fields.Many2one("res.users", string="Responsible", default=lambda self: self.env.user)
    state = fields.Selection(
        [("draft", "Draft"), ("proposed", "Proposed"), ("done", "Done"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    confirmed_by = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_on = fields.Datetime(readonly=True, copy=False)
    charge_ids = fields.One2many("late.interest.charge", "run_id", string="Charges", readonly=True)
    skip_ids = fields.One2many("late.interest.skip", "run_id", string="Not Charged", readonly=True)
    charge_count = fields.Integer(compute="_compute_figures")
    skip_count = fields.Integer(string="Items Not Charged", compute="_compute_figures")
    invoice_count = fields.Integer(string="Invoices", compute="_compute_figures")
    queued_count = fields.Integer(string="To Invoice", compute="_compute_figures")
    error_count = fields.Integer(string="Invoices Failed", compute="_compute_figures")
    amount_total = fields.Monetary(
        string="Charged", compute="_compute_figures", help="Proposed or in force, in company currency, without tax."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _default_date(self):
        return fields.Date.context_today(self)

    @api.depends("date")
    def _compute_name(self):
        for run in self:
            run.name = self.env._("Late interest until %(date)s", date=run.date or "")

    @api.depends("date")
    def _compute_date_from(self):
        for run in self:
            run.date_from = run.date and run.date.replace(day=1) - timedelta(days=365)

    @api.depends("charge_ids.state", "charge_ids.error", "skip_ids")
    def _compute_figures(self):
        Charge = self.env["late.interest.charge"]
        groups = Charge._read_group(
            [("run_id", "in", self.ids)],
            ["run_id", "state"],
            ["__count", "amount_company:sum", "invoice_id:count_distinct", "error:count"],
        )
        skips = dict(self.env["late.interest.skip"]._read_group([("run_id", "in", self.ids)], ["run_id"], ["__count"]))
        for run in self:
            rows = {state: row for group, state, *row in groups if group == run}
            alive = [row for state, row in rows.items() if state in ("draft", "claimed", "queued", "posted")]
            run.charge_count = sum(row[0] for row in rows.values())
            run.amount_total = sum(row[1] for row in alive)
            run.invoice_count = sum(row[2] for row in rows.values())
            run.queued_count, _amount, _invoices, run.error_count = rows.get("queued", (0, 0, 0, 0))
            run.skip_count = skips.get(run, 0)

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("date", "date_from")
    def _check_dates(self):
        today = fields.Date.context_today(self)
        for run in self:
            if run.date > today:
                raise ValidationError(self.env._("Days to come cannot be charged: choose today or an earlier day."))
            if run.date_from > run.date:
                raise ValidationError(self.env._("The run ends before it begins."))

    @api.model_create_multi
    def create(self, vals_list):
        runs = super().create(vals_list)
        if not self.env.su and any(run.state != "draft" or run.confirmed_by or run.confirmed_on for run in runs):
            raise AccessError(self.env._("A new run is a draft: propose it, then confirm it."))
        return runs

    def write(self, vals):
        if not self.env.su and {"state", "confirmed_by", "confirmed_on"} & vals.keys():
            raise AccessError(self.env._("Propose, confirm or cancel the run instead of writing its state."))
        asked = {"company_id", "date", "date_from", "partner_ids"} & vals.keys()
        if asked and self.filtered(lambda run: run.state != "draft"):
            raise UserError(self.env._("This run is proposed already: cancel it and make a new one."))
        if "posting" in vals and self.filtered(lambda run: run.state not in ("draft", "proposed")):
            raise UserError(self.env._("This run is confirmed already."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if self.filtered(lambda run: run.state == "done"):
            raise UserError(self.env._("A run that was confirmed cannot be deleted: it tells who was charged what."))
        # sudo: nobody writes charges directly; what was only proposed goes with its run
        self.sudo().charge_ids.unlink()

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def _begin(self, *states):
        self.env["late.interest.charge"]._check_accountant()
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if self.filtered(lambda run: run.state not in states):
            raise UserError(self.env._("Some of these runs are in another state by now: reload the page."))

    def _set_state(self, state, **values):
        # sudo: the only door to the state; who may pass it was checked by the action
        self.sudo().write({"state": state, **values})

    def action_propose(self):
        """Work out the charges and the items not charged, replacing an earlier proposal."""
        self._begin("draft", "proposed")
        for run in self:
            run._propose()
        self._set_state("proposed")

    def action_confirm(self):
        """Charge what is proposed and has not changed since; invoice it if the run says so."""
        self._begin("proposed")
        for run in self:
            run._drop_changed()
            if run._charge_proposed():
                run._set_state("done", confirmed_by=self.env.uid, confirmed_on=fields.Datetime.now())
                run._invoice()

    def _invoice(self):
        """Invoice what is charged: at once where it is little."""
        if self.posting != "invoice":
            return
        queued = [("run_id", "=", self.id), ("state", "=", "queued")]
        ((customers,),) = self.env["late.interest.charge"]._read_group(queued, [], ["partner_id:count_distinct"])
        if customers <= INVOICED_AT_ONCE:
            self.env["late.interest.charge"].search(queued)._post_queued()
        else:
            # sudo: whoever may confirm a run may start its work
            self.sudo().env.ref("receivable_dunning.ir_cron_invoice_interest")._trigger()

    def action_cancel(self):
        """Drop the proposal."""
        self._begin("draft", "proposed")
        self._clear()
        self._set_state("cancelled")

    def action_retry(self):
        """Invoice what could not be invoiced."""
        self._begin("done")
        queued = [("run_id", "in", self.ids), ("state", "=", "queued")]
        self.env["late.interest.charge"].search(queued).action_invoice()

    def action_view_charges(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_late_interest_charge")
        return {**action, "domain": [("run_id", "=", self.id)], "context": {}}

    def action_view_skips(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_late_interest_skip")
        return {**action, "domain": [("run_id", "=", self.id)], "context": {"search_default_group_reason": 1}}

    def action_view_invoices(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("account.action_move_out_invoice_type")
        return {**action, "domain": [("id", "in", self.charge_ids.invoice_id.ids)], "context": {"create": False}}
