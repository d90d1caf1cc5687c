"""Who may act on a run, and when."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

# What the actions write, which check who acts.
SIGNED = frozenset(
    [
        "state",
        "computed_by",
        "computed_on",
        "approved_by",
        "approved_on",
        "posted_by",
        "posted_on",
        "move_id",
        "reversed_move_id",
        "reversal_move_ids",
        "reversal_reason",
        "previous_run_id",
        "factor",
        "balance",
        "credit",
        "credit_left",
        "receivable",
        "cover",
        "exposure",
        "individual_exposure",
        "individual_allowance",
        "matrix_allowance",
        "allowance",
        "booked",
        "previous_allowance",
        "backtest_date",
        "backtest_balance",
        "backtest_predicted",
        "backtest_lost",
        "history_from",
        "history_to",
    ]
)
# What the figures follow from: it is changed in a draft only.
ASKED = frozenset({"company_id", "date", "method_id", "scenario_ids", "overlay_note", "individual_ids"})


class EclRun(models.Model):
    _inherit = "ecl.run"

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.constrains("date")
    def _check_date(self):
        today = fields.Date.context_today(self)
        if self.filtered(lambda run: run.date > today):
            raise ValidationError(self.env._("What will be open on a day to come is not known: choose an earlier day."))

    @api.model_create_multi
    def create(self, vals_list):
        runs = super().create(vals_list)
        # the result is checked, not the values: the context may hold defaults
        if not self.env.su and any(run.state != "draft" or run._is_signed() for run in runs):
            raise AccessError(self.env._("A new run is a draft: compute it, then have it approved."))
        return runs

    def _is_signed(self):
        return any(self[name] for name in SIGNED - {"state"})

    def write(self, vals):
        if not self.env.su and SIGNED & vals.keys():
            raise AccessError(self.env._("Compute, approve, post or reverse the run instead of writing its state."))
        if ASKED & vals.keys():
            self._check_changeable()
        return super().write(vals)

    def _check_changeable(self):
        """Figures follow from what is in a draft; what was computed stays as it was computed."""
        if not self.env.su and self.filtered(lambda run: run.state != "draft"):
            raise UserError(self.env._("This run is computed already: set it back to draft to change it."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        if self.filtered(lambda run: run.state not in ("draft", "computed")):
            raise UserError(self.env._("A run that was approved is kept: it tells what an entry rests on."))

    # ------------------------------------------------------------------
    # DOOR
    # ------------------------------------------------------------------

    def _check_group(self, role):
        if not self.env.su and not self.env.user.has_group(f"receivable_dunning.group_collections_{role}"):
            raise AccessError(
                self.env._("Accountants of collections compute an expected credit loss.")
                if role == "accountant"
                else self.env._("Managers of collections approve, post and reverse an expected credit loss.")
            )

    def _begin(self, role, *states):
        """Check who acts on what, and lock it: two who press a button at once do not both act."""
        self._check_group(role)
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if self.filtered(lambda run: run.state not in states):
            raise UserError(self.env._("Some of these runs are in another state by now: reload the page."))

    def _sign(self, **values):
        # sudo: the only door to states and figures; who may pass it was checked by the action
        self.sudo().write(values)
