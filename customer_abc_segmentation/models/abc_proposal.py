from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from .abc_class_action import KINDS, RECORD_TYPES, WHEN

STATES = [("open", "Open"), ("accepted", "Accepted"), ("rejected", "Rejected"), ("obsolete", "Obsolete")]
REASONS_CLOSED = [
    ("moved", "The customer moved on"),
    ("replaced", "A newer proposal took its place"),
    ("changed", "The value was changed meanwhile"),
    ("already", "The customer has the value already"),
    ("gone", "What was proposed is gone"),
]


class AbcProposal(models.Model):
    """What a class move asks for: a value of the customer, or the start of an activity plan. A person decides.

    Rows are made by ``abc.trigger`` in SQL and changed by the methods of this model only. Values are kept as JSON in
    the form of ``abc.class.action._get_value``, each in a list of one. They may be of fields that the reader must not
    see, so only their texts are shown, and those only to who may read the field.
    """

    _name = "abc.proposal"
    _description = "ABC Proposal"
    _order = "date DESC, id DESC"

    policy_id = fields.Many2one("abc.policy", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(related="partner_id.user_id")
    action_id = fields.Many2one(
        "abc.class.action", string="What Asked for It", readonly=True, index="btree_not_null", ondelete="set null"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    when = fields.Selection(WHEN, string="Because of", required=True, readonly=True)
    from_class_id = fields.Many2one(
        "abc.class",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: had no class.",
    )
    to_class_id = fields.Many2one(
        "abc.class",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: no longer ranked.",
    )
    run_id = fields.Many2one(
        "abc.run",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The classification that moved the customer. Empty: a class set by hand.",
    )
    date = fields.Date(string="Moved on", required=True, readonly=True)

    # what is proposed
    plan_id = fields.Many2one(
        "mail.activity.plan", string="Activity Plan", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    field_id = fields.Many2one("ir.model.fields", readonly=True, index="btree_not_null", ondelete="cascade")
    record_id = fields.Integer(
        readonly=True, aggregator=None, groups=fields.NO_ACCESS, help="What is added or taken away."
    )
    old_value = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    new_value = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    title = fields.Char(string="Proposal", compute="_compute_texts", help="The plan, or the field of the customer.")
    old_text = fields.Char(string="Present Value", compute="_compute_texts", help="When the proposal was made.")
    new_text = fields.Char(string="Proposed Value", compute="_compute_texts")

    # what became of it
    state = fields.Selection(STATES, default="open", required=True, readonly=True)
    is_automatic = fields.Boolean(
        string="Starts by Itself",
        readonly=True,
        help="A plan that needs nobody's word: the scheduled action starts it.",
    )
    closed_because = fields.Selection(REASONS_CLOSED, string="Obsolete Because", readonly=True)
    reason = fields.Char(readonly=True, help="Given by who accepted or rejected it.")
    decided_by = fields.Many2one("res.users", readonly=True)
    decided_on = fields.Datetime(readonly=True)

    _one_open = models.UniqueIndex(
        "(company_id, partner_id, field_id, COALESCE(record_id, 0)) WHERE state = 'open' AND kind = 'field'",
        "A field of a customer has one open proposal at a time.",
    )
    _one_start = models.UniqueIndex(
        "(action_id, partner_id, run_id) WHERE kind = 'plan' AND run_id IS NOT NULL",
        "A plan starts once for a move.",
    )
    _open_idx = models.Index("(policy_id, partner_id) WHERE state = 'open'")
    _run_idx = models.Index("(policy_id, date)")

    # ------------------------------------------------------------------
    # TEXTS
    # ------------------------------------------------------------------

    @api.depends("title", "partner_id")
    def _compute_display_name(self):
        for proposal in self:
            proposal.display_name = f"{proposal.partner_id.display_name} · {proposal.title}"

    @api.depends("kind", "plan_id", "field_id", "old_value", "new_value")
    @api.depends_context("lang", "uid")
    def _compute_texts(self):
        # sudo: names of plans, fields and choices are no secret; values are, and are checked field by field
        plans = self.filtered(lambda proposal: proposal.kind == "plan")
        for proposal in plans:
            proposal.title = proposal.sudo().plan_id.name
            proposal.old_text = proposal.new_text = False
        for definition, proposals in (self - plans).grouped("field_id").items():
            proposals._set_value_texts(definition.sudo())

    def _set_value_texts(self, definition):
        field = self.env["res.partner"]._fields[definition.name]
        names = self._get_record_names(field) if field.type in RECORD_TYPES else {}
        describe = self._get_describer(field, names)
        for proposal, values in zip(self, self.sudo(), strict=True):
            proposal.title = definition.field_description
            if field.type == "many2many":
                proposal.title = self.env._(
                    "%(field)s: %(record)s", field=definition.field_description, record=names[values.record_id]
                )
            proposal.old_text, proposal.new_text = describe(*values.old_value), describe(*values.new_value)

    def _get_describer(self, field, names):
        """Function that gives the text of a value of a field of the customer."""
        if not self.env["res.partner"]._has_field_access(field, "read"):
            return lambda value: self.env._("(not yours to see)")
        if field.type in ("many2many", "boolean"):
            return lambda value: self.env._("Yes") if value else self.env._("No")
        if field.type == "many2one":
            return lambda value: names[value] if value else False
        if field.type == "selection":
            choices = dict(field._description_selection(self.env))
            return lambda value: choices.get(value, value)
        return lambda value: f"{value:g}" if isinstance(value, int | float) else value

    def _get_record_names(self, field):
        """``{id: name}`` of the records in the values of a field, read together."""
        # sudo: as in _compute_texts
        values = self.sudo()
        ids = set(values.mapped("record_id"))
        if field.type == "many2one":
            ids = {value for proposal in values for value in (*proposal.old_value, *proposal.new_value)}
        records = self.env[field.comodel_name].sudo().browse(ids - {0, None}).exists()
        gone = self.env._("(deleted)")
        return defaultdict(lambda: gone, {record.id: record.display_name for record in records})

    # ------------------------------------------------------------------
    # READING
    # ------------------------------------------------------------------

    @api.model
    def _get_automatic_domain(self):
        """Plans that wait for the scheduled action, not for a person."""
        return Domain("state", "=", "open") & Domain("is_automatic", "=", True)

    def _get_summary(self):
        """``[{title, count, ready}]`` per plan and proposed value: what accepting would do.

        ``ready`` counts those of ``count`` that can still be carried out.
        """
        verdicts = self._get_verdicts()
        groups = defaultdict(lambda: [0, 0])
        for proposal in self:
            group = groups[proposal._get_summary_title()]
            group[0] += 1
            group[1] += verdicts[proposal] == "apply"
        return [{"title": title, "count": count, "ready": ready} for title, (count, ready) in groups.items()]

    def _get_summary_title(self):
        if self.kind == "plan":
            return self.env._("Start the plan %(plan)s", plan=self.title)
        value = self.new_text or self.env._("empty")
        return self.env._("%(field)s → %(value)s", field=self.title, value=value)

    def action_open_partner(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }
