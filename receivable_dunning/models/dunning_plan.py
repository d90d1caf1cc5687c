from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from ..core.ladder import CatchUp, Plan
from ..core.workdays import is_working, next_working_day


class DunningPlan(models.Model):
    """The ladder of reminders for the customers that a domain chooses. The first plan that matches applies."""

    _name = "dunning.plan"
    _description = "Dunning Plan"
    _inherit = ["receivable.root.company.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10, help="A customer follows the first plan, in this order, that applies to it.")
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Of the minimum amounts. Open items are compared with them at the rate of the day of the run.",
    )
    partner_domain = fields.Char(
        string="Customers", default="[]", help="The customers this plan is for. Empty: all customers."
    )
    level_ids = fields.One2many("dunning.level", "plan_id", string="Levels", copy=True)
    grace_days = fields.Integer(
        help="Days added to every level that follows the due date: payments take time to arrive."
    )
    minimum_item = fields.Monetary(string="Minimum per Item", help="Items with a smaller open amount are not reminded.")
    minimum_customer = fields.Monetary(
        string="Minimum per Customer",
        help="Customers who owe less than this overdue, net of their credits, get no notice.",
    )
    catch_up = fields.Selection(
        [(CatchUp.NEXT, "One level at a time"), (CatchUp.HIGHEST, "Straight to the highest level reached")],
        string="Catch-up",
        required=True,
        default=CatchUp.NEXT,
        help="What happens to an item that has reached several levels since its last reminder.",
    )
    level_by = fields.Selection(
        [("item", "Each item climbs by itself"), ("customer", "All items at the customer's level")],
        string="Climbing",
        required=True,
        default="item",
        help="By customer: everything that is late enough for the first level is claimed at one level, which rises with"
        " each notice as long as something reminded stays open.",
    )
    stop_at_credit = fields.Boolean(
        string="Allocate Credits First",
        help="Customers with an open credit note or payment get no notice until somebody has allocated it."
        " Else credits are listed on the notice and netted.",
    )
    working_days_only = fields.Boolean(
        help="Nothing is proposed by itself or sent on weekends and on the holidays of the company.",
    )
    reply_pause_days = fields.Integer(
        string="Pause after a Reply",
        default=14,
        help="Days without reminders after the customer answered a notice; 0: none. The pause is a block that anybody"
        " may lift.",
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", help="Gets calls, visits, replies and bounced addresses to work on."
    )
    manager_id = fields.Many2one("res.users", help="Whom levels escalate to as 'Manager'.")
    legal_user_id = fields.Many2one(
        "res.users", string="Legal Department", help="Whom levels escalate to as 'Legal Department'."
    )
    agency_user_id = fields.Many2one(
        "res.users", string="Agency Contact", help="Who hands customers over to the collection agency."
    )
    is_scheduled = fields.Boolean(string="Propose Daily", help="A scheduled action makes a run of this plan every day.")
    auto_confirm = fields.Boolean(
        string="Confirm Automatically",
        help="Runs made by the scheduled action are confirmed, so that their notices are sent without a further look.",
    )

    _minimum_check = models.Constraint(
        "CHECK (minimum_item >= 0 AND minimum_customer >= 0 AND grace_days >= 0 AND reply_pause_days >= 0)",
        "Minimum amounts, grace days and pauses cannot be negative.",
    )

    @api.depends("company_id")
    def _compute_currency_id(self):
        for plan in self:
            plan.currency_id = plan.currency_id or plan.company_id.currency_id

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for plan in self:
            try:
                self.env["res.partner"].sudo()._search(plan._customer_domain())
            except (ValueError, SyntaxError, NameError, TypeError) as error:
                raise UserError(
                    self.env._(
                        "The customers of plan %(plan)s are not a valid filter: %(error)s", plan=plan.name, error=error
                    )
                ) from error

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _customer_domain(self):
        """The customers of the plan as a ``Domain``."""
        self.ensure_one()
        return Domain(safe_eval(self.partner_domain or "[]", {"uid": self.env.uid}))

    def _core_plan(self, as_of):
        """The plan as a value of the pure core, its amounts in company currency at the rate of a day."""
        self.ensure_one()
        company = self.company_id

        def converted(amount):
            return self.currency_id._convert(amount, company.currency_id, company, as_of, round=False)

        return Plan(
            levels=tuple(level._core_level() for level in self.level_ids),
            grace_days=self.grace_days,
            minimum_item=converted(self.minimum_item),
            minimum_customer=converted(self.minimum_customer),
            catch_up=self.catch_up,
            by_customer=self.level_by == "customer",
            stops_at_credit=self.stop_at_credit,
        )

    def _is_working_day(self, day):
        self.ensure_one()
        return not self.working_days_only or is_working(
            day, self.env["dunning.holiday"]._exceptions(self.company_id, day)
        )

    def _next_working_day(self, day):
        self.ensure_one()
        return next_working_day(day, self.env["dunning.holiday"]._exceptions(self.company_id, day))

    def _of_company(self, company):
        """All active plans with levels of a company, in the order in which they are tried."""
        return self.search([("company_id", "=", company.id), ("level_ids", "!=", False)])

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_run_plans(self):
        """One run per scheduled plan; a run that has nothing to propose leaves nothing behind."""
        plans = self.search([("is_scheduled", "=", True), ("level_ids", "!=", False)])
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(plans))
        self.env["credit.profile"]._release_all_dunning()
        today = fields.Date.context_today(self)
        for plan in plans:
            if plan._is_working_day(today):
                plan._run_scheduled()
            if not progress(1):
                break

    def _run_scheduled(self):
        self.ensure_one()
        run = self.env["dunning.run"].create(
            {
                "company_id": self.company_id.id,
                "plan_ids": [fields.Command.set(self.ids)],
                "user_id": self.user_id.id or self.env.uid,
            }
        )
        run.action_propose()
        if not run.notice_count:
            run.unlink()
        elif self.auto_confirm:
            run.action_confirm()
        return run
