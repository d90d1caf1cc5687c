from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

XYZ = [("X", "X"), ("Y", "Y"), ("Z", "Z"), ("N", "N")]


class AbcClassification(models.Model):
    """The class of a customer by a policy in an interval of days (both inclusive). History: rows are only closed.

    Two strands run side by side: the *computed* rows, at most one of them open, and the *manual* ones, which end by
    their own expiry. In force is the manual row of the day, else the computed one; an expired manual class therefore
    falls back on its day without any job. Class, XYZ and the days of a row never change once it is closed; the figures
    of the open computed row are those of the last run that found them different (``figures_run_id``).
    """

    _name = "abc.classification"
    _description = "ABC Classification"
    _order = "rank, id"
    _rec_name = "partner_id"
    # the runs say who and when; a hundred thousand rows less two foreign keys each
    _log_access = False

    policy_id = fields.Many2one("abc.policy", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(related="partner_id.user_id")
    partition_id = fields.Many2oneReference(
        model_field="partition_model", readonly=True, string="Ranked within", aggregator=None
    )
    partition_model = fields.Char(related="policy_id.partition_field_id.relation")
    class_id = fields.Many2one("abc.class", required=True, readonly=True, ondelete="restrict")
    xyz = fields.Selection(
        XYZ,
        string="XYZ",
        readonly=True,
        help="How even the sales are: X even, Y varying, Z erratic, N too few active periods to say.",
    )
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", readonly=True, help="Last day. Empty: still open.")
    previous_class_id = fields.Many2one("abc.class", string="Previous", readonly=True, ondelete="restrict")
    movement = fields.Selection(
        [("new", "New"), ("up", "Up"), ("down", "Down"), ("xyz", "XYZ Only")],
        readonly=True,
        help="What opened the row: first class, a better class, a worse one, or another XYZ class only.",
    )
    run_id = fields.Many2one("abc.run", readonly=True, index="btree_not_null", ondelete="cascade")

    # figures of the computed row
    figures_run_id = fields.Many2one("abc.run", string="Figures of", readonly=True, ondelete="set null")
    currency_id = fields.Many2one("res.currency", readonly=True)
    measure = fields.Monetary(readonly=True)
    share = fields.Float(readonly=True, help="Of the total of all positive measures.")
    share_before = fields.Float(
        readonly=True, aggregator=None, help="What the customers with a larger measure hold. It decides the class."
    )
    cumulative_share = fields.Float(readonly=True, aggregator=None, help="Up to and including this customer.")
    rank = fields.Integer(readonly=True, aggregator=None)
    variation = fields.Float(
        readonly=True, aggregator="avg", help="Sample standard deviation / mean of the sales per period."
    )
    rule = fields.Selection(
        [
            ("leader", "Largest"),
            ("share", "Share Before"),
            ("kept", "Kept by Hysteresis"),
            ("nothing", "Nothing Positive"),
        ],
        readonly=True,
        help="What decided the class.",
    )

    # manual class
    is_manual = fields.Boolean(string="Manual", readonly=True)
    reason = fields.Char(readonly=True)
    reason_user_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    undone_user_id = fields.Many2one("res.users", string="Undone by", readonly=True)

    is_in_force = fields.Boolean(
        string="In Force",
        compute="_compute_is_in_force",
        search="_search_is_in_force",
        help="Today's class of the customer by the policy: the manual one if there is any, else the computed one.",
    )

    _one_open = models.UniqueIndex(
        "(policy_id, partner_id) WHERE NOT is_manual AND date_to IS NULL",
        "A customer has one computed class at a time.",
    )
    _manual_idx = models.Index("(policy_id, partner_id, date_from) WHERE is_manual")
    _interval = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from - 1)", "An interval cannot end before it starts."
    )
    _manual_has_reason = models.Constraint(
        "CHECK (NOT is_manual OR reason IS NOT NULL)", "A manual class needs a reason."
    )

    # ------------------------------------------------------------------
    # WHAT IS IN FORCE
    # ------------------------------------------------------------------

    @api.model
    def _on_day(self, day):
        """Domain of the rows whose interval holds the day."""
        return Domain("date_from", "<=", day) & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))

    def _compute_is_in_force(self):
        in_force = self.search([("id", "in", self.ids), ("is_in_force", "=", True)])
        for row in self:
            row.is_in_force = row in in_force

    def _search_is_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        on_day = self._on_day(fields.Date.context_today(self))
        return on_day & (Domain("is_manual", "=", True) | Domain.custom(to_sql=self._without_manual_sql))

    def _without_manual_sql(self, model, alias, query):
        """Condition that no manual class of the same customer and policy is in force today."""
        # sudo: a manual row has the partner and so the rights of the computed one
        manual = self.sudo()._search(self._on_day(fields.Date.context_today(self)) & Domain("is_manual", "=", True))
        return SQL(
            "(%s, %s) NOT IN %s",
            SQL.identifier(alias, "policy_id"),
            SQL.identifier(alias, "partner_id"),
            manual.subselect(*(SQL.identifier(self._table, name) for name in ("policy_id", "partner_id"))),
        )

    # ------------------------------------------------------------------
    # MANUAL CLASS
    # ------------------------------------------------------------------

    def _check_may_decide(self):
        if not self.env.user.has_group("customer_abc_segmentation.group_segmentation_manager"):
            raise AccessError(self.env._("Only segmentation managers set a class by hand."))

    @api.model
    def _set_manual(self, partner, level, reason, date_to=False):
        """Put a customer into a class by hand from today on, until ``date_to`` (inclusive; False: until undone).

        A manual class in force by the same policy ends; the computed strand goes on beside it.
        """
        self._check_may_decide()
        today = fields.Date.context_today(self)
        if date_to and date_to < today:
            raise UserError(self.env._("The manual class would have expired already: choose a later day."))
        partner = partner.commercial_partner_id
        # two managers at once: the second one waits here and starts over with the first one's decision in sight
        self.env.execute_query(SQL("UPDATE res_partner SET active = active WHERE id = %s", partner.id))
        same = Domain("policy_id", "=", level.policy_id.id) & Domain("partner_id", "=", partner.id)
        rows = self.search(same & self._on_day(today))
        rows.filtered("is_manual")._end(today)
        computed = rows.filtered(lambda row: not row.is_manual)
        previous = rows.sorted("is_manual")[-1:].class_id
        vals = {
            "policy_id": level.policy_id.id,
            "company_id": level.policy_id.company_id.id,
            "partner_id": partner.id,
            "class_id": level.id,
            "xyz": computed.xyz,
            "previous_class_id": previous.id,
            "date_from": today,
            "date_to": date_to,
            "is_manual": True,
            "reason": reason,
            "reason_user_id": self.env.uid,
        }
        # sudo: nobody has the right to change history but through these methods, which check who decides
        row = self.sudo().create(vals).sudo(False)
        self.env["abc.trigger"]._by_hand(level.policy_id, [(partner.id, previous.id, level.id)])
        return row

    def _end(self, today):
        # sudo: as in _set_manual
        self.sudo().write({"date_to": today - timedelta(days=1), "undone_user_id": self.env.uid})

    def action_undo_manual(self):
        """Take a manual class back: from today on the computed one counts again."""
        self._check_may_decide()
        today = fields.Date.context_today(self)
        if self.filtered(lambda row: not row.is_manual or (row.date_to and row.date_to < today)):
            raise UserError(self.env._("Only a manual class that is in force can be undone."))
        self._end(today)
        self._trigger_undone()
        self.env["res.partner"].invalidate_model(["abc_class_id", "abc_xyz"])

    def _trigger_undone(self):
        """The customers are back in their computed classes: a move like any other."""
        strands = self.search(
            Domain("partner_id", "in", self.partner_id.ids)
            & Domain("policy_id", "in", self.policy_id.ids)
            & Domain("is_manual", "=", False)
            & Domain("date_to", "=", False)
        )
        computed = {(row.policy_id, row.partner_id): row.class_id.id for row in strands}
        for policy, rows in self.grouped("policy_id").items():
            moves = [
                (row.partner_id.id, row.class_id.id, computed.get((policy, row.partner_id), False)) for row in rows
            ]
            self.env["abc.trigger"]._by_hand(policy, moves)

    def action_set_manual(self):
        """Open the dialog that sets a class by hand."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("customer_abc_segmentation.action_abc_manual_class"),
            "context": {"default_partner_id": self.partner_id.id, "default_policy_id": self.policy_id.id},
        }

    def action_open_history(self):
        """All classes the customer ever had by the policy."""
        self.ensure_one()
        return self.partner_id._get_abc_history_action(self.policy_id)
