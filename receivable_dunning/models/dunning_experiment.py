from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..core.experiment import Sample, compare, is_treated


class DunningExperiment(models.Model):
    """What reminders are worth: a part of the customers, by chance, is left alone or follows another plan.

    A customer enters with what is overdue on the day a run first looks at it, in whichever arm its hash puts it; how
    much of that is settled within the window is compared, whether or not a notice was sent.
    """

    _name = "dunning.experiment"
    _description = "Dunning Experiment"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True)
    plan_id = fields.Many2one(
        "dunning.plan", required=True, index=True, ondelete="cascade", check_company=True,
        help="Its customers take part.",
    )  # fmt: skip
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("holdout", "Left alone"), ("challenger", "Other plan")],
        required=True,
        default="holdout",
        help="What happens to the chosen part: no reminders at all, or those of another plan.",
    )
    challenger_id = fields.Many2one(
        "dunning.plan",
        string="Other Plan",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', '=', company_id), ('id', '!=', plan_id)]",
    )
    share = fields.Float(
        string="Share of Customers (%)", default=10.0, help="How many percent are chosen, by a hash of the customer."
    )
    window_days = fields.Integer(
        string="Days Looked At", default=30, help="What is settled within so many days after the customer entered."
    )
    date_from = fields.Date(required=True, default=lambda self: self._default_date_from())
    date_to = fields.Date(help="Last day on which customers enter and are treated differently. Empty: until stopped.")
    state = fields.Selection(
        [("draft", "Draft"), ("running", "Running"), ("stopped", "Stopped")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    member_ids = fields.One2many("dunning.experiment.member", "experiment_id", string="Customers")
    member_count = fields.Integer(string="Number of Customers", compute="_compute_member_count")
    report = fields.Html(compute="_compute_report", sanitize=False)

    _share_check = models.Constraint("CHECK (share > 0 AND share < 100)", "The share is more than 0 and less than 100.")
    _window_check = models.Constraint("CHECK (window_days > 0)", "Days looked at must be more than 0.")
    _dates_check = models.Constraint("CHECK (date_to IS NULL OR date_to >= date_from)", "It ends before it begins.")
    _running_uniq = models.UniqueIndex("(plan_id) WHERE state = 'running'", "One experiment per plan runs at a time.")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _default_date_from(self):
        return fields.Date.context_today(self)

    def _compute_member_count(self):
        counts = self.env["dunning.experiment.member"]._read_group(
            [("experiment_id", "in", self.ids)], ["experiment_id"], ["__count"]
        )
        counts = dict(counts)
        for experiment in self:
            experiment.member_count = counts.get(experiment, 0)

    def _compute_report(self):
        today = fields.Date.context_today(self)
        for experiment in self:
            experiment.report = experiment._report_table(experiment._outcomes(today)) if experiment.id else False

    def _report_table(self, outcomes):
        """Both arms side by side, the difference with its 95 % interval, and whether it may be chance."""
        if not outcomes:
            return Markup("<p class='text-muted'>%s</p>") % self.env._(
                "No customer has been looked at for %(days)d days yet.", days=self.window_days
            )
        normal, chosen = ({key: arms[treated] for key, arms in outcomes.items()} for treated in (False, True))
        labels = dict(self._fields["kind"]._description_selection(self.env))
        head = ("", self.env._("As usual"), labels[self.kind], self.env._("Difference (95 %)"), "")
        rows = [
            (self.env._("Customers"), normal["share"].count, chosen["share"].count, "", ""),
            self._report_row(self.env._("Settled (%)"), normal["share"], chosen["share"]),
            self._report_row(self.env._("Days until settled"), normal["days"], chosen["days"]),
        ]
        cells = [Markup("<tr>%s</tr>") % Markup().join(Markup("<td>%s</td>") % cell for cell in row) for row in rows]
        titles = Markup().join(Markup("<th>%s</th>") % title for title in head)
        return Markup("<table class='table table-sm'><thead><tr>%s</tr></thead><tbody>%s</tbody></table>") % (
            titles,
            Markup().join(cells),
        )

    def _report_row(self, title, normal, chosen):
        means = tuple(f"{sample.mean:.1f}" if sample.count else "" for sample in (normal, chosen))
        found = compare(chosen, normal)
        if not found:
            return title, *means, self.env._("too few customers"), ""
        verdict = self.env._("significant") if found.is_significant else self.env._("may be chance")
        interval = f"{found.value:+.1f} ({found.low:+.1f} … {found.high:+.1f})"
        return title, *means, interval, f"{verdict} (p = {found.p_value:.3f})"

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("kind", "challenger_id", "plan_id")
    def _check_challenger(self):
        for experiment in self.filtered(lambda experiment: experiment.kind == "challenger"):
            other = experiment.challenger_id
            if not other or other == experiment.plan_id or not other.level_ids:
                raise ValidationError(self.env._("Choose another plan with levels for the chosen part."))

    def write(self, vals):
        if not self.env.su and "state" in vals:
            raise AccessError(self.env._("Start or stop the experiment instead of writing its state."))
        frozen = {"plan_id", "kind", "challenger_id", "share", "window_days", "date_from"} & vals.keys()
        if frozen and any(experiment.state != "draft" for experiment in self):
            raise UserError(self.env._("Once started, an experiment is not changed: stop it and make another one."))
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        experiments = super().create(vals_list)
        if not self.env.su and any(experiment.state != "draft" for experiment in experiments):
            raise AccessError(self.env._("A new experiment is a draft: start it."))
        return experiments

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        if any(experiment.state != "draft" for experiment in self):
            raise UserError(self.env._("An experiment that was started is kept: stop it."))

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_start(self):
        self.check_access("write")
        # sudo: the only door to the state; the right to write was checked
        self.sudo().filtered(lambda experiment: experiment.state == "draft").write({"state": "running"})

    def action_stop(self):
        self.check_access("write")
        # sudo: as above
        self.sudo().filtered(lambda experiment: experiment.state == "running").write({"state": "stopped"})

    def action_view_members(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_dunning_experiment_member")
        return {**action, "domain": [("experiment_id", "=", self.id)]}

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _running(self, plans, day):
        # sudo: who proposes a run need not see experiments
        return self.sudo().search(
            [
                ("state", "=", "running"),
                ("plan_id", "in", plans.ids),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
            ]
        )

    @api.model
    def _challengers(self, plans, day):
        """The other plans that some customers of these plans follow on a day."""
        return self._running(plans, day).challenger_id

    @api.model
    def _assign(self, run, plans, groups, customers):
        """Put the customers of experiments into their arms: ``holdout`` and ``plan_id`` of their rows."""
        by_plan = {experiment.plan_id.id: experiment for experiment in self._running(plans, run.date)}
        members = []
        for partner_id, row in customers.items() if by_plan else ():
            experiment = by_plan.get(row["plan_id"])
            if not experiment:
                continue
            treated = is_treated(experiment.id, partner_id, experiment.share)
            row["holdout"] = treated and experiment.kind == "holdout"
            if treated and experiment.kind == "challenger":
                row["plan_id"] = experiment.challenger_id.id
            items = (item for item in groups[partner_id] if item["residual"] > 0 and item["date_maturity"] < run.date)
            amount = sum(item["residual"] for item in items)
            if amount:
                members.append((experiment.id, partner_id, treated, run.date, amount))
        self.env["dunning.experiment.member"]._enter(members)

    def _outcomes(self, today):
        """``{figure: {whether treated: Sample}}`` of the customers whose window is over; empty without any."""
        self.ensure_one()
        rows = self.env.execute_query_dict(self.env["dunning.experiment.member"]._outcomes_sql(self, today))
        by_arm = {row["is_treated"]: row for row in rows}
        if not by_arm:
            return {}
        none = {"count": 0, "share": 0, "share_variance": 0, "days": 0, "days_variance": 0}
        return {
            name: {
                arm: Sample(row["count"], float(row[name]), float(row[f"{name}_variance"] or 0))
                for arm in (False, True)
                for row in [by_arm.get(arm, none)]
            }
            for name in ("share", "days")
        }
