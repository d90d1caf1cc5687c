from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.customer_credit_mgmt.models.month_name import month_name
from odoo.addons.customer_credit_mgmt.models.optional_number import OptionalFloat

from .receivable_company_tree_mixin import parts_of_others
from .receivable_kpi_facts import Period

STATES = [("waiting", "Waiting"), ("closed", "Closed")]
# What people may write; all else is computed.
BY_HAND = {"comment"}
# Of single rows only: nothing that rows hold gives the figure of a group.
SINGLE = {"dso_countback", "dso_target", "top_10_amount", "top_20_amount", "top_10_share", "top_20_share", "hhi"}


class ReceivableKpi(models.Model):
    """Figures of the receivables of a closed month, with the amounts that they were computed from.

    One row per company, branches among them, and month, and one per salesperson and collector whose customers had
    anything. Those of customers are not stored but read live (``receivable.kpi.customer``): 100,000 customers in three
    years would be millions of rows that nobody opens.
    """

    _name = "receivable.kpi"
    _description = "Receivables Figures"
    _inherit = ["receivable.kpi.mixin", "receivable.company.tree.mixin"]
    _order = "month desc, dimension, company_id, user_id, id"
    _rec_names_search = ["user_id", "company_id"]

    name = fields.Char(string="Month", compute="_compute_name", help="The month, and whose customers they are.")
    month = fields.Date(required=True, readonly=True, index=True, help="First day of the month.")
    date_to = fields.Date(string="Last Day", compute="_compute_date_to")
    dimension = fields.Selection(
        [("company", "Company"), ("salesperson", "Salesperson"), ("collector", "Collector")],
        string="Figures of",
        required=True,
        readonly=True,
        default="company",
        help="The whole company, or the customers that a salesperson or collector had when the month was computed.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Salesperson or collector of the customers. Empty on a row of people: nobody's customers.",
    )
    user_key = fields.Integer(
        readonly=True, required=True, default=0, export_string_translation=False, aggregator=None
    )  # 0 for nobody: of several empty values an index would not be unique
    currency_id = fields.Many2one(related="company_id.currency_id", store=True)
    state = fields.Selection(
        STATES, required=True, readonly=True, default="waiting", help="Waiting: will be computed in the background."
    )
    closed_on = fields.Datetime(string="Computed on", readonly=True)
    closed_by = fields.Many2one("res.users", string="Computed by", readonly=True)
    checked_on = fields.Datetime(
        string="Compared on", readonly=True, help="When the amounts were last compared with the ledger."
    )
    is_different = fields.Boolean(
        string="Differs from the Ledger",
        readonly=True,
        help="Entries of the month were posted, changed or matched after it was computed: compute it again.",
    )
    comment = fields.Text(help="What is behind the figures; printed on the page of the month.")

    # Beside the ratios of the mixin
    dso_countback = OptionalFloat(
        string="DSO (Countback)",
        readonly=True,
        aggregator="avg",
        help="Months of sales are taken off the closing receivables, backwards, each adding its days; of the last one"
        " the part that is needed. Not blurred by seasons, as the simple DSO is. Empty where three years do not cover"
        " them.",
    )
    months_back = fields.Json(readonly=True, help="Sales and days of the months that the countback took.")
    dso_target = OptionalFloat(
        string="DSO Target",
        readonly=True,
        aggregator="avg",
        help="Target of the company when the month was computed.",
    )
    debtor_amount = fields.Monetary(
        string="Owed", readonly=True, help="Sum of the balances of the customers who owe something on the whole."
    )
    top_10_amount = fields.Monetary(
        string="Owed by the Top 10", readonly=True, help="Balances of the ten customers who owe most."
    )
    top_20_amount = fields.Monetary(
        string="Owed by the Top 20", readonly=True, help="Balances of the twenty customers who owe most."
    )
    top_10_share = OptionalFloat(
        string="Top 10 (%)",
        readonly=True,
        aggregator="avg",
        help="Balances of the ten customers who owe most / balances of all who owe something.",
    )
    top_20_share = OptionalFloat(
        string="Top 20 (%)",
        readonly=True,
        aggregator="avg",
        help="Balances of the twenty customers who owe most / balances of all who owe something.",
    )
    hhi = OptionalFloat(
        string="HHI",
        readonly=True,
        aggregator="avg",
        help="Herfindahl-Hirschman index: sum of the squared shares of the customers who owe something. 1: one customer"
        " owes everything; 1 / HHI equal customers would owe as concentrated.",
    )

    _month_uniq = models.UniqueIndex(
        "(company_id, month, dimension, user_key)", "The figures of this month are there already: reload the page."
    )
    _month_check = models.Constraint("CHECK (EXTRACT(DAY FROM month) = 1)", "A month begins on its first day.")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("month")
    def _compute_date_to(self):
        for row in self:
            row.date_to = row.month and row.month + relativedelta(day=31)

    @api.depends("month", "dimension", "user_id")
    @api.depends_context("lang")
    def _compute_name(self):
        labels = dict(self._fields["dimension"]._description_selection(self.env))
        for row in self:
            row.name = month_name(self.env, row.month)
            if row.dimension != "company":
                person = row.user_id.name or self.env._("nobody")
                row.name += f" · {labels[row.dimension]}: {person}"

    @api.depends("name", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            # sudo: who reads the row may know the name of its company
            row.display_name = f"{row.name} · {row.company_id.sudo().name}"

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Figures are computed from the ledger: use “Compute Months”."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and vals.keys() - BY_HAND:
            raise AccessError(self.env._("Figures are computed from the ledger: only the comment is written by hand."))
        return super().write(vals)

    # ------------------------------------------------------------------
    # GROUPS
    # ------------------------------------------------------------------

    def _read_group_select(self, aggregate_spec, query):
        """Figures that nothing on the rows gives for a group are shown of single rows only."""
        name = aggregate_spec.partition(":")[0]
        if name in SINGLE:
            return SQL("CASE WHEN count(*) = 1 THEN min(%s) END", self._field_to_sql(self._table, name, query))
        return super()._read_group_select(aggregate_spec, query)

    def _is_comparable_sql(self, column):
        same = SQL("min(%(dimension)s) = max(%(dimension)s)", dimension=column("dimension"))
        apart = SQL(
            "(min(%(company)s) = max(%(company)s) OR NOT bool_or(%(company)s = ANY(%(parts)s)))",
            company=column("company_id"),
            parts=parts_of_others(self.env.companies).ids,
        )
        return SQL("%s AND %s AND %s", super()._is_comparable_sql(column), same, apart)

    def _is_one_day_sql(self, column):
        return SQL("min(%(month)s) = max(%(month)s)", month=column("month"))

    # ------------------------------------------------------------------
    # PERIOD
    # ------------------------------------------------------------------

    def _period(self):
        """The days that the row is about."""
        self.ensure_one()
        # sudo: what branches add to the figures is read whoever asks for the company
        return Period(self.company_id.sudo(), self.month, self.date_to)
