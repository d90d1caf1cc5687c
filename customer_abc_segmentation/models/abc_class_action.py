import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

KINDS = [("field", "Propose a Value"), ("plan", "Start an Activity Plan")]
WHEN = [("enter", "Entering"), ("leave", "Leaving")]
FIELD_TYPES = ("many2one", "many2many", "selection", "boolean", "char", "integer", "float", "monetary")
RECORD_TYPES = ("many2one", "many2many")
NUMBER_TYPES = ("integer", "float", "monetary")
# Whose customer it is, and whether it is one: no class decides that.
IDENTITY_FIELDS = ("name", "active", "parent_id", "company_id", "is_company", "type", "user_ids", "vat")


class AbcClassAction(models.Model):
    """What follows when a customer enters or leaves a class: an activity plan, or a value proposed to a person."""

    _name = "abc.class.action"
    _description = "ABC Class Action"
    _inherit = ["segmentation.company.keeper"]
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one("abc.policy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    sequence = fields.Integer(
        default=10,
        help="Where a customer leaves one class and enters another, and both propose a value for one field, entering "
        "goes before leaving, then the first one in this order counts.",
    )
    active = fields.Boolean(default=True)
    when = fields.Selection(WHEN, required=True, default="enter")
    class_id = fields.Many2one(
        "abc.class", required=True, index=True, ondelete="cascade", domain="[('policy_id', '=', policy_id)]"
    )
    on_first = fields.Boolean(
        string="Also Who Is Classified First",
        help="Otherwise customers who get their first class, or one again after a pause, are passed over. The first "
        "run of a policy gives every customer a first class.",
    )
    partner_domain = fields.Char(string="Only Customers", default="[]", help="Empty: everybody who enters or leaves.")
    kind = fields.Selection(KINDS, required=True, default="field")

    # a plan
    plan_id = fields.Many2one(
        "mail.activity.plan",
        string="Activity Plan",
        ondelete="restrict",
        domain="[('res_model', '=', 'res.partner'), ('company_id', 'in', (False, company_id))]",
        help="Its activities are put on the customer.",
    )
    plan_user_id = fields.Many2one(
        "res.users",
        string="Responsible without Salesperson",
        default=lambda self: self._default_plan_user_id(),
        help="Activities of the plan that ask for a responsible at launch go to the customer's salesperson, "
        "to this user where there is none.",
    )
    start_limit = fields.Integer(
        string="Start at Once up to",
        default=200,
        help="The plan starts by itself for so many customers per run. Are there more, it waits for a person to accept "
        "it for all of them. 0: it always waits.",
    )

    # a proposal
    field_id = fields.Many2one(
        "ir.model.fields",
        ondelete="cascade",
        domain=[
            ("model", "=", "res.partner"),
            ("store", "=", True),
            ("readonly", "=", False),
            ("related", "=", False),
            ("translate", "=", False),
            ("ttype", "in", FIELD_TYPES),
            ("name", "not in", IDENTITY_FIELDS),
        ],
        help="Of the customer: payment terms, price list, salesperson, tags or any other that can be written.",
    )
    field_type = fields.Selection(related="field_id.ttype")
    relation = fields.Char(related="field_id.relation", string="Model of the Value")
    operation = fields.Selection(
        [("set", "Set"), ("clear", "Empty"), ("add", "Add"), ("remove", "Take Away")],
        default="set",
        help="Add and take away are for tags and the like. A tick box is ticked by Set and unticked by Empty.",
    )
    value_id = fields.Many2oneReference(model_field="relation", aggregator=None)
    value_selection_id = fields.Many2one(
        "ir.model.fields.selection", string="Choice", ondelete="cascade", domain="[('field_id', '=', field_id)]"
    )
    value_text = fields.Char(string="Text")
    value_number = fields.Float(string="Number", digits=(16, 6))

    _kind_is_complete = models.Constraint(
        "CHECK ((kind = 'plan' AND plan_id IS NOT NULL AND plan_user_id IS NOT NULL)"
        " OR (kind = 'field' AND field_id IS NOT NULL AND operation IS NOT NULL))",
        "Say which plan is started and who is responsible, or which field gets which value.",
    )
    _start_limit_not_negative = models.Constraint("CHECK (start_limit >= 0)", "The number of customers is 0 or more.")

    def _default_plan_user_id(self):
        return self.env.user

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("when", "class_id", "kind", "plan_id", "field_id", "operation", "value_id", "value_selection_id")
    @api.depends("value_text", "value_number")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for action in self:
            facts = {"code": action.class_id.code or "", "what": action._describe()}
            if action.when == "leave":
                action.display_name = self.env._("Leaving %(code)s: %(what)s", **facts)
            else:
                action.display_name = self.env._("Entering %(code)s: %(what)s", **facts)

    def _describe(self):
        """What is started or proposed, in words."""
        self.ensure_one()
        if self.kind == "plan":
            return self.plan_id.name or ""
        # sudo: what a field is called is no secret
        facts = {"field": self.field_id.sudo().field_description or "", "value": self._describe_value()}
        if self.operation == "add":
            return self.env._("%(field)s: add %(value)s", **facts)
        if self.operation == "remove":
            return self.env._("%(field)s: take away %(value)s", **facts)
        return self.env._("%(field)s: %(value)s", **facts)

    def _describe_value(self):
        if self.field_type == "boolean":
            return self.env._("Yes") if self.operation == "set" else self.env._("No")
        if self.operation == "clear":
            return self.env._("empty")
        if self.field_type in RECORD_TYPES:
            # sudo: a name, of a record that whoever configures may have chosen without being able to open it
            return self.env[self.relation].sudo().browse(self.value_id).exists().display_name or ""
        if self.field_type == "selection":
            return self.value_selection_id.sudo().name or ""
        return self.value_text or "" if self.field_type == "char" else f"{self.value_number:g}"

    @api.onchange("field_id")
    def _onchange_field_id(self):
        self.value_id = self.value_selection_id = self.value_text = self.value_number = False
        self.operation = "add" if self.field_type == "many2many" else "set"

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("class_id", "policy_id")
    def _check_class(self):
        if any(action.class_id.policy_id != action.policy_id for action in self):
            raise ValidationError(self.env._("The class belongs to another policy."))

    @api.constrains("plan_id")
    def _check_plan(self):
        if self.plan_id.filtered(lambda plan: plan.res_model != "res.partner"):
            raise ValidationError(self.env._("Choose an activity plan for contacts."))

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for action in self:
            self.env["res.partner"]._check_condition(action.partner_domain)

    @api.constrains("kind", "field_id", "operation", "value_id", "value_selection_id", "value_text")
    def _check_value(self):
        for action in self.filtered(lambda action: action.kind == "field"):
            action._check_field()
            is_list = action.field_type == "many2many"
            if is_list != (action.operation in ("add", "remove")):
                raise ValidationError(
                    self.env._("Tags and the like are added or taken away, other fields are set or emptied.")
                )
            if action.operation != "clear" and action._get_missing_value():
                raise ValidationError(self.env._("Say which value %(field)s gets.", field=action._get_field().string))

    def _get_missing_value(self):
        """Whether the value is still to be chosen; numbers are always there, a tick box needs none."""
        if self.field_type in RECORD_TYPES:
            # sudo: as in _describe_value
            return not self.value_id or not self.env[self.relation].sudo().browse(self.value_id).exists()
        if self.field_type == "selection":
            return self.value_selection_id.sudo().field_id != self.field_id
        return self.field_type == "char" and not self.value_text

    def _check_field(self):
        field = self._get_field()
        is_fit = (
            field is not None
            and field.type in FIELD_TYPES
            and field.store
            and not (field.readonly or field.related or field.translate)
            and not (field.compute and not field.inverse and field.readonly)
            and field.name not in IDENTITY_FIELDS
        )
        if not is_fit:
            raise ValidationError(
                self.env._(
                    "%(field)s cannot be proposed: choose a field of contacts that is stored, that can be written and "
                    "that does not say who the customer is.",
                    field=self.field_id.sudo().field_description,
                )
            )

    # ------------------------------------------------------------------
    # READING THE ACTION
    # ------------------------------------------------------------------

    def _get_field(self):
        """The Python field of the customer, None where it is one of another model."""
        definition = self.field_id.sudo()
        return self.env["res.partner"]._fields.get(definition.name) if definition.model == "res.partner" else None

    def _get_partner_domain(self):
        return Domain(ast.literal_eval(self.partner_domain or "[]"))

    def _get_value(self):
        """The proposed value as ``abc.proposal`` keeps it: an id, a text, a number, True or False; None is empty.

        For tags and the like: whether the customer shall have the record ``value_id``.
        """
        if self.field_type == "many2many":
            return self.operation == "add"
        if self.field_type == "boolean":
            return self.operation == "set"
        if self.operation == "clear":
            return 0 if self.field_type in NUMBER_TYPES else None
        if self.field_type == "many2one":
            return self.value_id
        if self.field_type == "selection":
            return self.value_selection_id.sudo().value
        if self.field_type == "char":
            return self.value_text
        return int(self.value_number) if self.field_type == "integer" else self.value_number

    def _get_record_id(self):
        """The record that is added or taken away, False where a field as a whole gets a value."""
        return self.kind == "field" and self.field_type == "many2many" and self.value_id

    def _get_population_sql(self):
        """Condition on the row ``partner``: whom the action is about."""
        domain = self._get_partner_domain()
        active = SQL.identifier("partner", "active", to_flush=self.env["res.partner"]._fields["active"])
        if domain.is_true():
            return active
        # sudo: what follows must not depend on which customers the person who starts the run may see
        partners = self.env["res.partner"].sudo().with_company(self.company_id)._search(domain)
        return SQL("%s AND partner.id IN %s", active, partners.subselect())
