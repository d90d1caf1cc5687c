from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang


class CustomerVariance(models.TransientModel):
    """Why the sales of a product to a customer differ between two periods. Every row adds up to its difference."""

    _name = "customer.variance"
    _description = "Sales Variance by Customer and Product"
    _order = "difference, id"
    _rec_name = "partner_id"

    wizard_id = fields.Many2one("customer.variance.wizard", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    industry_id = fields.Many2one("res.partner.industry", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", string="Product Category", readonly=True)
    quantity_before = fields.Float(readonly=True, digits="Product Unit", help="In the unit of the product.")
    quantity_after = fields.Float(readonly=True, digits="Product Unit", help="In the unit of the product.")
    sales_before = fields.Monetary(readonly=True)
    volume = fields.Monetary(readonly=True, help="(Q1 / Q0 - 1) x old sales.")
    mix = fields.Monetary(readonly=True, help="(new quantity - old quantity x Q1 / Q0) x old price.")
    price = fields.Monetary(readonly=True, help="(new price - old price) x new quantity.")
    new_product = fields.Monetary(string="New Products", readonly=True)
    lost_product = fields.Monetary(string="Lost Products", readonly=True)
    new_customer = fields.Monetary(string="New Customers", readonly=True)
    lost_customer = fields.Monetary(string="Lost Customers", readonly=True)
    other = fields.Monetary(readonly=True, help="Lines without product, or returned rather than bought.")
    sales_after = fields.Monetary(readonly=True)
    difference = fields.Monetary(readonly=True, help="Sales after - sales before: the sum of all effects.")
    explanation = fields.Text(string="Why", compute="_compute_explanation")

    @api.depends_context("lang")
    @api.depends("volume", "mix", "price", "difference")
    def _compute_explanation(self):
        for row in self:
            row.explanation = row._explain_split() if row.volume or row.mix or row.price else row._explain_whole()

    def _explain_split(self):
        growth = 1 + self.volume / self.sales_before if self.sales_before else 1
        prices = (self.sales_before / self.quantity_before, self.sales_after / self.quantity_after)
        return self.env._(
            "Volume: all comparable products of the customer together sold %(growth)s times as much, which makes "
            "%(volume)s of %(before)s. Mix: at that growth %(expected)s would have been sold instead of %(quantity)s, "
            "at the old price %(price_before)s that is %(mix)s. Price: from %(price_before)s to %(price_after)s for "
            "%(quantity)s makes %(price)s. Together %(difference)s.",
            growth=formatLang(self.env, growth, digits=3),
            volume=self._format_money(self.volume),
            before=self._format_money(self.sales_before),
            expected=formatLang(self.env, self.quantity_before * growth, digits=2),
            quantity=formatLang(self.env, self.quantity_after, digits=2),
            price_before=self._format_money(prices[0]),
            price_after=self._format_money(prices[1]),
            mix=self._format_money(self.mix),
            price=self._format_money(self.price),
            difference=self._format_money(self.difference),
        )

    def _explain_whole(self):
        amount = {"difference": self._format_money(self.difference)}
        if self.new_customer:
            return self.env._("New customer: nothing was sold to it in the earlier period. %(difference)s.", **amount)
        if self.lost_customer:
            return self.env._("Lost customer: it bought nothing in the later period. %(difference)s.", **amount)
        if self.new_product:
            return self.env._("The customer did not buy this in the earlier period. %(difference)s.", **amount)
        if self.lost_product:
            return self.env._("The customer no longer bought this. %(difference)s.", **amount)
        if self.other:
            return self.env._(
                "No price can be told: there is no product, or more came back than was bought. %(difference)s.",
                **amount,
            )
        return self.env._("Nothing changed.")

    def _format_money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def action_open_invoice_lines(self):
        """The invoice lines of both periods that the row adds up."""
        self.ensure_one()
        wizard = self.wizard_id
        days = Domain.OR(
            Domain("invoice_date", ">=", first) & Domain("invoice_date", "<=", last)
            for first, last in ((wizard.before_from, wizard.before_to), (wizard.after_from, wizard.after_to))
        )
        domain = days & Domain(
            [
                ("commercial_partner_id", "=", self.partner_id.id),
                ("product_id", "=", self.product_id.id),
                ("company_id", "child_of", self.company_id.id),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoice Lines of %(customer)s", customer=self.partner_id.display_name),
            "res_model": "account.invoice.report",
            "views": [(self.env.ref("customer_abc_segmentation.variance_invoice_report_view_list").id, "list")],
            "domain": list(domain),
            "context": {"group_by": ["invoice_date:year"]},
        }
