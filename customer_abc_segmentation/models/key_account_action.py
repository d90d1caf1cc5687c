from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.key_account import AMOUNT, DAYS, FIGURES, MISSED, PENDING, REACHED, SHARE, UNKNOWN, measure
from .key_account_catalog import measurable_selection, to_display, write_value
from .key_account_review_actions import MANAGER

#: What was agreed: changed on the open sheet only.
AGREED = {"review_id", "name", "user_id", "date_deadline", "figure", "target", "direction"}
#: Filled in by methods.
FOUND = {"state", "done_on", "measured_review_id", "value_reached", "result"}


class KeyAccountAction(models.Model):
    """What was agreed for a key account: who does what until when, and by which figure one will see it.

    The value reached is that of the customer's next sheet of the same kind of period. A target whose deadline lies
    after that period and that is not reached yet is measured again by the sheet after it.
    """

    _name = "key.account.action"
    _description = "Key Account Action"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_deadline, id"

    review_id = fields.Many2one("key.account.review", string="Sheet", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="review_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="review_id.currency_id")
    review_state = fields.Selection(related="review_id.state", string="Sheet State")
    name = fields.Char(string="What", required=True, tracking=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        index=True,
        tracking=True,
        default=lambda self: self.env.user,
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref("customer_abc_segmentation.group_segmentation_user").ids)
        ],
        help="Gets an activity. Needs access to segmentation.",
    )
    date_deadline = fields.Date(string="Due", required=True, tracking=True)
    figure = fields.Selection(
        selection=lambda self: measurable_selection(self.env),
        string="Measured by",
        help="The figure of the next sheet that shows whether the action worked.",
    )
    direction = fields.Selection(
        [("at_least", "At Least"), ("at_most", "At Most")],
        compute="_compute_direction",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    target = fields.Float(digits=(16, 2), help="In the unit of the figure; percentages as percent, 25 for 25 %.")
    unit = fields.Char(compute="_compute_unit")
    baseline = fields.Float(
        string="Then", digits=(16, 2), compute="_compute_baseline", help="The figure on the sheet of the action."
    )
    has_baseline = fields.Boolean(compute="_compute_baseline")
    note = fields.Text(string="Progress", help="What the owner did so far.")
    state = fields.Selection(
        [("open", "Open"), ("done", "Done"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="open",
        tracking=True,
        copy=False,
        index=True,
    )
    done_on = fields.Date(readonly=True, copy=False)
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")

    measured_review_id = fields.Many2one(
        "key.account.review",
        string="Measured on",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    value_reached = fields.Float(string="Reached Value", digits=(16, 2), readonly=True, copy=False)
    result = fields.Selection(
        [(REACHED, "Reached"), (MISSED, "Missed"), (PENDING, "Not Yet"), (UNKNOWN, "No Figure")],
        readonly=True,
        copy=False,
        help="By the next sheet. Not Yet: the deadline lies after its period. No Figure: the sheet has none.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("figure")
    def _compute_direction(self):
        for action in self:
            less_is_better = action.figure and FIGURES[action.figure].better < 0
            action.direction = "at_most" if less_is_better else "at_least"

    @api.depends("figure", "currency_id")
    def _compute_unit(self):
        words = {SHARE: "%", DAYS: self.env._("days")}
        for action in self:
            unit = FIGURES[action.figure].unit if action.figure else ""
            action.unit = action.currency_id.symbol if unit == AMOUNT else words.get(unit, "")

    @api.depends("figure", "review_id.figures")
    def _compute_baseline(self):
        for action in self:
            # sudo: the owner of an action need not see the whole sheet
            value = action._get_value(action.review_id.sudo())
            action.baseline, action.has_baseline = value or 0.0, value is not None

    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for action in self:
            action.is_late = bool(action.state == "open" and action.date_deadline and action.date_deadline < today)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("state", "=", "open"), ("date_deadline", "<", fields.Date.context_today(self))]

    def _get_value(self, review):
        """The action's figure on a sheet, in the unit of the target; None where it has none."""
        if not self.figure or not review.figures:
            return None
        value = review.figures["values"].get(self.figure)
        return to_display(FIGURES[self.figure].unit, value)

    def _write_target(self, name):
        """Target, baseline or value reached with its unit; a dash where there is none."""
        unknown = {"baseline": not self.has_baseline, "value_reached": self.result in (False, UNKNOWN)}
        if not self.figure or unknown.get(name):
            return "–"
        unit, value = FIGURES[self.figure].unit, self[name]
        return write_value(self.env, unit, value / 100 if unit == SHARE else value, self.currency_id)

    # ------------------------------------------------------------------
    # WHO MAY CHANGE WHAT
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self.env["key.account.review"]._check_of_sheet(vals)
        if not self.env.su and any(FOUND & vals.keys() for vals in vals_list):
            raise AccessError(self.env._("A new action is open: what became of it is found later."))
        actions = super().create(vals_list)
        if not self.env.su and any(action.state != "open" or action.measured_review_id for action in actions):
            raise AccessError(self.env._("A new action is open: what became of it is found later."))
        actions._check_agreed()
        actions._plan_activities()
        return actions

    def write(self, vals):
        self.env["key.account.review"]._check_of_sheet(vals)
        if not self.env.su and FOUND & vals.keys():
            raise AccessError(self.env._("Mark the action done or cancel it; its result comes from the next sheet."))
        if AGREED & vals.keys():
            self._check_agreed(vals)
        result = super().write(vals)
        if AGREED & vals.keys():
            self._check_agreed(vals)
        if {"user_id", "date_deadline", "name"} & vals.keys():
            self._plan_activities()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self._check_agreed()

    def _check_agreed(self, vals=None):
        """What was agreed is changed on a sheet that is open; a manager may give it to somebody else later too."""
        if self.env.su:
            return
        if vals is not None and vals.keys() == {"user_id"} and self.env.user.has_group(MANAGER):
            return
        self.review_id.check_access("write")
        self.review_id._check_open()

    @api.constrains("user_id", "review_id")
    def _check_owner(self):
        for action in self:
            if not action.user_id._may_prepare_sheets(action.review_id.sudo().company_id):
                raise UserError(
                    self.env._(
                        "%(user)s has no access to segmentation and could not open the action: choose another owner.",
                        user=action.user_id.name,
                    )
                )

    # ------------------------------------------------------------------
    # WORK
    # ------------------------------------------------------------------

    def _plan_activities(self):
        """One activity per open action, for its owner, on its day."""
        # sudo: who agrees on an action gives it to a colleague
        actions = self.sudo()
        actions.activity_unlink(["mail.mail_activity_data_todo"])
        for action in actions.filtered(lambda it: it.state == "open"):
            action.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=action.date_deadline,
                summary=action.name,
                user_id=action.user_id.id,
            )

    def _check_may_work(self):
        self.check_access("write")
        user = self.env.user
        if user.has_group(MANAGER):
            return
        for action in self:
            if user not in (action.user_id, action.review_id.sudo().user_id):
                raise AccessError(
                    self.env._(
                        "%(action)s is done or cancelled by its owner, who prepares the sheet, or a manager.",
                        action=action.name,
                    )
                )

    def _set_state(self, state, done_on=False):
        self._check_may_work()
        # sudo: the only door to the state, after the check
        self.sudo().write({"state": state, "done_on": done_on})

    def action_done(self):
        """The owner did it; whether it worked is measured by the next sheet."""
        self._set_state("done", fields.Date.context_today(self))
        # sudo: the activity may be a colleague's
        self.sudo().activity_feedback(["mail.mail_activity_data_todo"])

    def action_cancel(self):
        """It is not done any more, and not measured."""
        self._set_state("cancelled")
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def action_reopen(self):
        """Open again, with an activity for the owner."""
        self._set_state("open")
        self._plan_activities()

    # ------------------------------------------------------------------
    # MEASURING
    # ------------------------------------------------------------------

    def _measure_by(self, review):
        """Compare with the figure of a later sheet, unless an earlier one decided or a later one measured already."""
        self.ensure_one()
        earlier = self.measured_review_id
        decided = self.result in (REACHED, MISSED)
        if earlier and earlier != review and (decided or earlier.date_to > review.date_to):
            return
        value = self._get_value(review)
        shown = None if value is None else round(value, 2)
        # sudo: results are written here only
        self.sudo().write(
            {
                "measured_review_id": review.id,
                "value_reached": shown or 0.0,
                "result": measure(self.target, shown, self.direction, self.date_deadline <= review.date_to),
            }
        )

    def _forget_measure(self):
        """The sheet that measured is deleted."""
        self.write({"measured_review_id": False, "value_reached": 0.0, "result": False})
