from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_date, groupby

from ..core.variance import EFFECTS, Purchase, split

BATCH = 1000


class CustomerVarianceWizard(models.TransientModel):
    """Compares the sales of two periods and says why they differ: a bridge from the one to the other.

    Gather (one statement) -> ``core.variance`` -> one row per customer and product (``customer.variance``).
    """

    _name = "customer.variance.wizard"
    _description = "Sales Variance"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related="company_id.currency_id")
    before_from = fields.Date(
        string="Compared with", required=True, default=lambda self: self._default_days()[0], help="First day."
    )
    before_to = fields.Date(required=True, default=lambda self: self._default_days()[1], help="Last day.")
    after_from = fields.Date(
        string="Period", required=True, default=lambda self: self._default_days()[2], help="First day."
    )
    after_to = fields.Date(required=True, default=lambda self: self._default_days()[3], help="Last day.")
    partner_ids = fields.Many2many("res.partner", string="Customers", help="Empty: all customers that you may see.")
    line_ids = fields.One2many("customer.variance", "wizard_id")
    is_computed = fields.Boolean()

    sales_before = fields.Monetary(compute="_compute_bridge", help="Untaxed product lines of posted invoices.")
    volume = fields.Monetary(
        compute="_compute_bridge",
        help="(Q1 / Q0 - 1) x old sales: more or fewer pieces in all, at the old mix and the old prices. Q0 and Q1 are "
        "the quantities of the products of a customer that have the same unit and were bought in both periods.",
    )
    mix = fields.Monetary(
        compute="_compute_bridge",
        help="(new quantity - old quantity x Q1 / Q0) x old price: another share of dear and cheap products.",
    )
    price = fields.Monetary(
        compute="_compute_bridge",
        help="(new price - old price) x new quantity. Prices are averages after discounts and credit notes in company "
        "currency, so exchange rates are part of it.",
    )
    new_product = fields.Monetary(
        string="New Products",
        compute="_compute_bridge",
        help="Sales of products that the customer did not buy in the earlier period.",
    )
    lost_product = fields.Monetary(
        string="Lost Products",
        compute="_compute_bridge",
        help="Sales of products that the customer no longer bought.",
    )
    new_customer = fields.Monetary(
        string="New Customers", compute="_compute_bridge", help="Sales to customers without any in the earlier period."
    )
    lost_customer = fields.Monetary(
        string="Lost Customers", compute="_compute_bridge", help="Sales to customers that bought nothing any more."
    )
    other = fields.Monetary(
        compute="_compute_bridge",
        help="Lines without product, and products that came back rather than were bought: no price can be told.",
    )
    sales_after = fields.Monetary(compute="_compute_bridge", help="Sales before and all effects, to the cent.")

    # ------------------------------------------------------------------
    # PERIODS
    # ------------------------------------------------------------------

    def _default_days(self):
        """The complete months of this year (in January: of last year), and the same months a year before."""
        last = fields.Date.context_today(self).replace(day=1) - relativedelta(days=1)
        first = last.replace(month=1, day=1)
        year = relativedelta(years=1)
        return first - year, last + relativedelta(days=1) - year - relativedelta(days=1), first, last

    @api.constrains("before_from", "before_to", "after_from", "after_to")
    def _check_days(self):
        for wizard in self:
            if wizard.before_from > wizard.before_to or wizard.after_from > wizard.after_to:
                raise ValidationError(self.env._("A period ends before it begins: correct its days."))
            if wizard.before_from <= wizard.after_to and wizard.after_from <= wizard.before_to:
                raise ValidationError(
                    self.env._("The two periods have days in common: choose periods that do not overlap.")
                )

    @api.depends("before_from", "before_to", "after_from", "after_to")
    def _compute_display_name(self):
        for wizard in self:
            names = ("before_from", "before_to", "after_from", "after_to")
            days = {name: format_date(self.env, wizard[name]) for name in names}
            wizard.display_name = self.env._(
                "Sales %(before_from)s - %(before_to)s and %(after_from)s - %(after_to)s", **days
            )

    # ------------------------------------------------------------------
    # BRIDGE
    # ------------------------------------------------------------------

    @api.depends("line_ids")
    def _compute_bridge(self):
        names = ("sales_before", *EFFECTS, "sales_after")
        groups = self.env["customer.variance"]._read_group(
            [("wizard_id", "in", self.ids)], ["wizard_id"], [f"{name}:sum" for name in names]
        )
        sums = {wizard.id: found for wizard, *found in groups}
        for wizard in self:
            for name, amount in zip(names, sums.get(wizard.id, (0,) * len(names)), strict=True):
                wizard[name] = amount

    def action_compare(self):
        """Compute the rows; the form shows the bridge."""
        self.ensure_one()
        self.line_ids.unlink()
        rows = self.env.execute_query(self._purchases_sql())
        self._insert([values for _partner, found in groupby(rows, lambda row: row[0]) for values in self._split(found)])
        self.is_computed = True

    def action_open_lines(self):
        self.ensure_one()
        return {**self._get_action("action_customer_variance"), "domain": [("wizard_id", "=", self.id)]}

    def _get_action(self, name):
        return self.env["ir.actions.actions"]._for_xml_id(f"customer_abc_segmentation.{name}")

    # ------------------------------------------------------------------
    # GATHER
    # ------------------------------------------------------------------

    def _purchases_sql(self):
        """Per customer and product: reference unit, factor of the product's unit, and quantity (in the reference
        unit) and sales of both periods, ordered by customer; figures as text, since Odoo reads numbers as floats."""
        figures = SQL(", ").join(
            SQL("COALESCE(sum(%s) FILTER (WHERE %s), 0)::numeric::text", value, condition)
            for value in (SQL("line.quantity * unit.factor"), SQL("line.revenue"))
            for condition in (SQL("NOT line.is_after"), SQL("line.is_after"))
        )
        return SQL(
            """
            SELECT line.commercial_partner_id, line.product_id, split_part(unit.parent_path, '/', 1)::int AS reference,
                   unit.factor, %(figures)s
              FROM (%(lines)s) line
              LEFT JOIN uom_uom unit ON unit.id = line.unit_id
             GROUP BY line.commercial_partner_id, line.product_id, unit.parent_path, unit.factor
             ORDER BY line.commercial_partner_id, line.product_id
            """,
            figures=figures,
            lines=self.env["abc.sales"]._lines_sql(self._documents_sql()),
            to_flush=self.env["uom.uom"]._fields["parent_path"],
        )

    def _documents_sql(self):
        move = self.env["account.move"]._fields
        names = "commercial_partner_id company_id state move_type invoice_date"
        return SQL(
            """
            SELECT move.id, move.move_type, move.commercial_partner_id,
                   move.invoice_date BETWEEN %(after_from)s AND %(after_to)s AS is_after
              FROM account_move move
             WHERE move.company_id = ANY(%(companies)s) AND %(customers)s
               AND move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_refund')
               AND (move.invoice_date BETWEEN %(after_from)s AND %(after_to)s
                    OR move.invoice_date BETWEEN %(before_from)s AND %(before_to)s)
            """,
            after_from=self.after_from,
            after_to=self.after_to,
            before_from=self.before_from,
            before_to=self.before_to,
            companies=[company for company, _root in self.env["customer.profit.facts"]._branches(self.company_id)],
            customers=self._customers_condition(),
            to_flush=[move[name] for name in names.split()],
        )

    def _sees_all_customers(self):
        """As the record rules of the customer profit say it."""
        return self.env.user.has_group("customer_abc_segmentation.group_segmentation_manager")

    def _customers_condition(self):
        """The customers chosen, among those whose profit the user may see."""
        conditions = [SQL("move.commercial_partner_id IS NOT NULL")]
        if self.partner_ids:
            conditions.append(
                SQL("move.commercial_partner_id = ANY(%s)", list(self.partner_ids.commercial_partner_id.ids))
            )
        if not self._sees_all_customers():
            own = SQL("SELECT id FROM res_partner WHERE user_id = %s", self.env.uid)
            conditions.append(SQL("move.commercial_partner_id IN (%s)", own))
        return SQL(" AND ").join(conditions)

    # ------------------------------------------------------------------
    # DECIDE AND APPLY
    # ------------------------------------------------------------------

    def _split(self, rows):
        """Values of the rows of one customer."""
        purchases = [
            Purchase(product, reference, *map(Decimal, figures))
            for _partner, product, reference, _factor, *figures in rows
        ]
        found = split(purchases, self.currency_id.decimal_places)
        for (partner, product, _reference, factor, *_figures), (each, effects) in zip(rows, found, strict=True):
            yield {
                "partner_id": partner,
                "product_id": product,
                "quantity_before": float(each.quantity_before) / (factor or 1),
                "quantity_after": float(each.quantity_after) / (factor or 1),
                "sales_before": each.sales_before,
                "sales_after": each.sales_after,
                "difference": each.difference,
                **{name: effects.get(name, 0) for name in EFFECTS},
            }

    def _insert(self, values):
        """Write the rows by one statement per batch; nobody discusses them, so without the ORM."""
        if not values:
            return
        columns = SQL(", ").join(SQL.identifier(name) for name in values[0])
        made = SQL(", ").join(
            # a batch without any product has no type for it
            SQL("made.product_id::int4") if name == "product_id" else SQL.identifier("made", name)
            for name in values[0]
        )
        for start in range(0, len(values), BATCH):
            rows = SQL(", ").join(SQL("%s", tuple(row.values())) for row in values[start : start + BATCH])
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO customer_variance (wizard_id, company_id, user_id, country_id, industry_id, categ_id,
                                                   create_uid, write_uid, create_date, write_date, %(columns)s)
                    SELECT %(wizard)s, %(company)s, customer.user_id, customer.country_id, customer.industry_id,
                           template.categ_id, %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC',
                           %(made)s
                      FROM (VALUES %(rows)s) made(%(columns)s)
                      JOIN res_partner customer ON customer.id = made.partner_id
                      LEFT JOIN product_product product ON product.id = made.product_id::int4
                      LEFT JOIN product_template template ON template.id = product.product_tmpl_id
                    """,
                    columns=columns,
                    made=made,
                    wizard=self.id,
                    company=self.company_id.id,
                    uid=self.env.uid,
                    rows=rows,
                )
            )
        self.env["customer.variance"].invalidate_model()
        self.invalidate_recordset()
