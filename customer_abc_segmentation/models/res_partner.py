import ast

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .abc_classification import XYZ
from .live_field import live_condition

SEGMENTATION_USER = "customer_abc_segmentation.group_segmentation_user"


class ResPartner(models.Model):
    """Class and XYZ of the customer by the default policy of the current company.

    Both are read live from the classification in force today rather than stored: a manual class then expires on its
    day without a job, contacts and branches follow by themselves, the record rules of the history hold here too, and
    a night run does not rewrite (and lock) a hundred thousand partners. ``_field_to_sql`` joins the classification, so
    the fields still search, group and sort in the database.
    """

    _inherit = "res.partner"

    abc_class_id = fields.Many2one(
        "abc.class",
        string="ABC Class",
        compute="_compute_abc_class_id",
        search="_search_abc_class_id",
        groups=SEGMENTATION_USER,
        help="The customer's class today by the default policy of the company, a manual class before the computed one.",
    )
    abc_xyz = fields.Selection(
        XYZ,
        string="XYZ Class",
        compute="_compute_abc_class_id",
        search="_search_abc_xyz",
        groups=SEGMENTATION_USER,
        help="How even the customer's sales are: X even, Y varying, Z erratic, N too few active periods to say.",
    )

    abc_classification_ids = fields.One2many(
        "abc.classification", "partner_id", string="Class History", groups=SEGMENTATION_USER, copy=False
    )

    # ------------------------------------------------------------------
    # COMPUTE AND SEARCH
    # ------------------------------------------------------------------

    @api.depends_context("company", "uid")
    @api.depends("commercial_partner_id")
    def _compute_abc_class_id(self):
        rows = self._get_abc_rows()
        computed = {row.partner_id.id: row for row in rows if not row.is_manual}
        in_force = {row.partner_id.id: row for row in rows.sorted("is_manual")}
        empty = rows.browse()
        for partner in self:
            key = partner.commercial_partner_id.id
            partner.abc_class_id = in_force.get(key, empty).class_id
            partner.abc_xyz = computed.get(key, empty).xyz

    def _get_abc_rows(self):
        """Today's computed and manual classifications of the customers by the default policy."""
        classification = self.env["abc.classification"]
        return classification.search(
            classification._on_day(fields.Date.context_today(self))
            & Domain("policy_id", "=", self.env["abc.policy"]._get_default().id)
            & Domain("partner_id", "in", self.commercial_partner_id.ids)
        )

    def _search_abc_class_id(self, operator, value):
        return live_condition(self, "abc_class_id", operator, value)

    def _search_abc_xyz(self, operator, value):
        return live_condition(self, "abc_xyz", operator, value)

    def _field_to_sql(self, alias, field_expr, query=None):
        if query is None or field_expr not in ("abc_class_id", "abc_xyz"):
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        policy = self.env["abc.policy"]._get_default()
        if not policy:
            return SQL("NULL")
        on_day = self.env["abc.classification"]._on_day(fields.Date.context_today(self))
        strand = on_day & Domain("policy_id", "=", policy.id)
        computed = self._join_abc(alias, query, "abc_computed", strand & Domain("is_manual", "=", False))
        if field_expr == "abc_xyz":
            return SQL.identifier(computed, "xyz")
        manual = self._join_abc(alias, query, "abc_manual", strand & Domain("is_manual", "=", True))
        return SQL("COALESCE(%s, %s)", SQL.identifier(manual, "class_id"), SQL.identifier(computed, "class_id"))

    def _join_abc(self, alias, query, link, domain):
        """Join today's classifications of one strand, at most one per customer, that the user may see."""
        rows = self.env["abc.classification"]._search(domain)
        return self._join_customer_rows(alias, query, link, rows, ("class_id", "xyz"))

    def _join_customer_rows(self, alias, query, link, rows, names):
        """Join the columns ``names`` of ``rows`` (a query with at most one row per customer) on the customer."""
        joined = query.make_alias(alias, link)
        condition = SQL("%s = %s", SQL.identifier(joined, "partner_id"), SQL.identifier(alias, "commercial_partner_id"))
        columns = (SQL.identifier(rows.table, name) for name in ("partner_id", *names))
        query.add_join("LEFT JOIN", joined, rows.subselect(*columns), condition)
        return joined

    # ------------------------------------------------------------------
    # CONDITIONS OF POLICIES
    # ------------------------------------------------------------------

    @api.model
    def _check_condition(self, text):
        """Raise unless a condition can be read and the person may search contacts in this way.

        Policies choose customers as superuser: whoever may not read a field must not learn it from who is chosen.
        """
        try:
            # constraints run as superuser
            self.sudo(False)._search(Domain(ast.literal_eval(text or "[]")))
        except (ValueError, TypeError, SyntaxError, KeyError) as error:
            raise ValidationError(
                self.env._("The condition on contacts cannot be read: %(error)s", error=error)
            ) from error
        except AccessError as error:
            raise ValidationError(
                self.env._(
                    "The condition asks for something of contacts that you may not read yourself: leave it out, or ask "
                    "somebody who may to set it. %(error)s",
                    error=error,
                )
            ) from error

    @api.model
    def _check_grouping(self, definition):
        """Raise unless customers can be told apart by a field, and the person may read it.

        :param definition: ``ir.model.fields``
        """
        if definition.model != "res.partner" or definition.ttype != "many2one" or not definition.store:
            raise ValidationError(
                self.env._("%(field)s is no stored many2one field of contacts.", field=definition.field_description)
            )
        self._check_readable(definition)

    @api.model
    def _check_readable(self, definition):
        """Raise unless the person may read a field that classes, comparisons or values shall be made of."""
        # constraints run as superuser
        if not self.sudo(False)._has_field_access(self._fields[definition.name], "read"):
            raise ValidationError(
                self.env._(
                    "You may not read %(field)s yourself: choose another field.", field=definition.field_description
                )
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def _get_abc_history_action(self, policy):
        partner = self.commercial_partner_id
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("customer_abc_segmentation.action_abc_classification"),
            "name": self.env._("Classes of %(customer)s", customer=partner.display_name),
            "domain": [("partner_id", "=", partner.id), ("policy_id", "=", policy.id)],
            "context": {"search_default_by_date": 0},
        }

    def action_explain_abc(self):
        """Show why the customer is in its class: figures, limits and history."""
        self.ensure_one()
        in_force = self._get_abc_rows().sorted("is_manual")[-1:]
        if not in_force:
            return self._get_abc_history_action(self.env["abc.policy"]._get_default())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why This Class?"),
            "res_model": "abc.classification",
            "res_id": in_force.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }
