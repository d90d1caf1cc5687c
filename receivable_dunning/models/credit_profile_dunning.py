"""What a level of reminders does to the customer's credit, and that payment undoes it."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

CREDIT_ACTIONS = [("watch", "Watch"), ("hold", "Hold"), ("stop", "Stop Supplies")]
STRENGTH = {False: 0, "watch": 1, "hold": 2, "stop": 3}


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    dunning_action = fields.Selection(
        CREDIT_ACTIONS,
        string="Credit Action of Reminders",
        readonly=True,
        copy=False,
        tracking=True,
        index="btree_not_null",
        help="Set by the level of a reminder, taken back when all items reminded at such a level are settled.\n"
        "Watch: the status is at least 'Watch'. Hold: the customer is put on hold. Stop: it also gets no credit.\n"
        "Documents are held as far as the credit policy says so.",
    )
    dunning_undo = fields.Json(
        readonly=True, copy=False, help="What the customer had before reminders changed it, to be given back."
    )

    def _check_findings(self, names):
        super()._check_findings(names)
        if not self.env.su and {"dunning_action", "dunning_undo"} & set(names):
            raise AccessError(self.env._("Reminders set the credit action, and payment takes it back."))

    @api.model_create_multi
    def create(self, vals_list):
        profiles = super().create(vals_list)
        profiles._check_findings(
            name for name in ("dunning_action", "dunning_undo") for profile in profiles if profile[name]
        )
        return profiles

    # ------------------------------------------------------------------
    # APPLY
    # ------------------------------------------------------------------

    @api.model
    def _apply_dunning(self, notices):
        """Do what the levels of these notices ask for; a milder level does not undo what a stronger one did."""
        for (company, action), group in notices.grouped(lambda n: (n.company_id, n.level_id.credit_action)).items():
            if action:
                # sudo: the level was configured by a manager, whoever sends
                profiles = self.sudo()._get_or_create(group.partner_id, company)
                weaker = profiles.filtered(lambda p, action=action: STRENGTH[p.dunning_action] < STRENGTH[action])
                weaker._set_dunning_action(action)

    def _set_dunning_action(self, action):
        for profile in self:
            undo = dict(profile.dunning_undo or {})
            values = {"dunning_action": action}
            if action in ("hold", "stop") and not profile.manual_hold:
                undo["manual_hold"] = False
                values["manual_hold"] = True
            if action == "stop" and profile.limit_mode != "no_credit":
                undo["limit_mode"] = profile.limit_mode
                values["limit_mode"] = "no_credit"
            profile.write({**values, "dunning_undo": undo})
        if action == "watch":
            self._try_refresh_status()

    @api.model
    def _decide_status(self, row, spec, company):
        status, reasons = super()._decide_status(row, spec, company)
        # self are the profiles that are judged together: read with them
        profile = self.browse(row["profile_id"]).with_prefetch(self._prefetch_ids)
        if spec and profile.dunning_action == "watch":
            reasons = [*reasons, {"kind": "dunning_watch", "figure": 0.0, "threshold": 0.0}]
            return ("watch" if status == "ok" else status), reasons
        return status, reasons

    # ------------------------------------------------------------------
    # RELEASE
    # ------------------------------------------------------------------

    @api.model
    def _refresh_soon(self, customers, root):
        result = super()._refresh_soon(customers, root)
        precommit = self.env.cr.precommit
        # sudo: whoever books a payment, what reminders took is given back
        held = self.sudo().search(
            [("company_id", "=", root.id), ("partner_id", "in", customers.ids), ("dunning_action", "!=", False)]
        )
        if held:
            if "dunning.release" not in precommit.data:
                precommit.data["dunning.release"] = set()
                precommit.add(self.sudo().browse()._release_touched)
            precommit.data["dunning.release"].update(held.ids)
        return result

    def _release_touched(self):
        touched = self.env.cr.precommit.data.pop("dunning.release", set())
        self.browse(touched).exists()._release_dunning()
        self.env.flush_all()

    def _release_dunning(self):
        """Give back what reminders took from customers who owe nothing any more of what they were reminded of."""
        for profile in self - self._still_owing():
            undo = profile.dunning_undo or {}
            values = {name: value for name, value in undo.items() if profile[name] == self._taken(name)}
            profile.write({**values, "dunning_action": False, "dunning_undo": False})
            profile._try_refresh_status()

    @staticmethod
    def _taken(name):
        """What reminders set a field to: what somebody has changed since is left as it is."""
        return {"manual_hold": True, "limit_mode": "no_credit"}[name]

    def _still_owing(self):
        """Those with an open item that a notice with a credit action claimed."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT profile.id
                  FROM credit_profile profile
                  JOIN dunning_notice notice ON notice.partner_id = profile.partner_id
                   AND notice.company_id = profile.company_id AND notice.state IN ('sent', 'replied', 'bounced')
                  JOIN dunning_level level ON level.id = notice.level_id AND level.credit_action IS NOT NULL
                  JOIN dunning_notice_line claim ON claim.notice_id = notice.id
                   AND claim.is_credit IS NOT TRUE AND claim.drop_reason IS NULL
                  JOIN account_move_line line ON line.id = claim.move_line_id AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE AND line.amount_residual > 0
                 WHERE profile.id = ANY(%s)
                """,
                self.ids,
                to_flush=self.env["receivable.ledger"]._ledger_fields(),
            )
        )
        return self.browse(profile_id for (profile_id,) in rows)

    @api.model
    def _release_all_dunning(self):
        """Daily: what was settled by ways that tell nobody, such as an import."""
        self.search([("dunning_action", "!=", False)])._release_dunning()
