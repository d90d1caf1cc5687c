from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .live_field import live_condition
from .optional_number import OptionalFloat, OptionalMonetary

SATISFACTION = [
    ("1", "Very Dissatisfied"),
    ("2", "Dissatisfied"),
    ("3", "Neutral"),
    ("4", "Satisfied"),
    ("5", "Very Satisfied"),
]
# What people enter; everything else is computed.
HAND_FIELDS = frozenset({"wallet_share", "satisfaction_hand"})


class CustomerValue(models.Model):
    """What people know about a customer: share of wallet and satisfaction. It stays whatever is refreshed, signed."""

    _inherit = "customer.value"

    wallet_share = OptionalFloat(
        string="Share of Wallet",
        aggregator="avg",
        help="What part of what the customer buys of our kind is bought from us, entered by hand. 0: unknown.",
    )
    wallet_date = fields.Date(string="Share of Wallet as of", readonly=True)
    wallet_user_id = fields.Many2one("res.users", string="Share of Wallet by", readonly=True)
    potential_amount = OptionalMonetary(
        string="Potential Revenue",
        compute="_compute_potential_amount",
        search="_search_potential_amount",
        help="What the customer buys of our kind elsewhere: revenue / share of wallet - revenue. Empty: share unknown.",
    )
    satisfaction_hand = fields.Selection(
        SATISFACTION,
        string="Satisfaction by Hand",
        help="As you know the customer. It counts where there are no ratings.",
    )
    satisfaction_date = fields.Date(string="Satisfaction as of", readonly=True)
    satisfaction_user_id = fields.Many2one("res.users", string="Satisfaction by", readonly=True)
    satisfaction = OptionalFloat(
        digits=(4, 2), readonly=True, aggregator="avg", help="From 1, very dissatisfied, to 5, very satisfied."
    )
    satisfaction_source = fields.Selection([("hand", "By Hand")], string="Satisfaction from", readonly=True)

    _share_range = models.Constraint(
        "CHECK (wallet_share >= 0 AND wallet_share <= 1)", "The share of wallet lies between 0 and 100 %."
    )

    # ------------------------------------------------------------------
    # POTENTIAL
    # ------------------------------------------------------------------

    @api.depends("monetary", "wallet_share")
    def _compute_potential_amount(self):
        for value in self:
            share = value.wallet_share
            more = max(value.monetary, 0) * (1 / share - 1) if share else None
            value.potential_amount = more and value.currency_id.round(more)

    def _search_potential_amount(self, operator, value):
        return live_condition(self, "potential_amount", operator, value)

    def _get_live_sql(self, alias, query):
        amount = SQL(
            "(greatest(%(monetary)s, 0) * (1 / NULLIF(%(share)s, 0) - 1)::numeric)",
            monetary=SQL.identifier(alias, "monetary"),
            share=SQL.identifier(alias, "wallet_share"),
        )
        return {**super()._get_live_sql(alias, query), "potential_amount": amount}

    # ------------------------------------------------------------------
    # ENTERING
    # ------------------------------------------------------------------

    def write(self, vals):
        """Only what is entered by hand may be written, and it is signed."""
        if not self.env.su and vals.keys() - HAND_FIELDS:
            raise AccessError(self.env._("The figures of a customer are computed: they cannot be changed."))
        result = super().write(vals)
        self.flush_recordset()
        for name in HAND_FIELDS & vals.keys():
            self.env.execute_query(self._sign_sql(name))
        self.invalidate_recordset()
        return result

    def _sign_sql(self, name):
        """Who entered a field and when; what was emptied is NULL again and nobody's. Rights were checked before."""
        settings = {
            "wallet_share": SQL("wallet_share = NULLIF(wallet_share, 0)"),
            "satisfaction_hand": SQL(
                "satisfaction = CASE WHEN %(rated)s THEN satisfaction ELSE satisfaction_hand::float END,"
                " satisfaction_source = CASE WHEN %(rated)s THEN satisfaction_source"
                " WHEN satisfaction_hand IS NOT NULL THEN 'hand' END",
                rated=SQL("COALESCE(satisfaction_source, 'hand') <> 'hand'"),
            ),
        }
        prefix = name.partition("_")[0]
        entered = SQL("COALESCE(%s::text, '0') <> '0'", SQL.identifier(name))
        return SQL(
            """
            UPDATE customer_value
               SET %(setting)s, %(date)s = CASE WHEN %(entered)s THEN %(today)s::date END,
                   %(user)s = CASE WHEN %(entered)s THEN %(uid)s END
             WHERE id = ANY(%(ids)s)
            RETURNING id
            """,
            setting=settings[name],
            date=SQL.identifier(f"{prefix}_date"),
            user=SQL.identifier(f"{prefix}_user_id"),
            entered=entered,
            today=fields.Date.context_today(self),
            uid=self.env.uid,
            ids=self.ids,
        )
