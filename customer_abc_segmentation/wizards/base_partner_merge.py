from odoo import api, fields, models
from odoo.tools import SQL

#: Histories of which a customer has one each: table and what is told apart beside the customer.
STRANDS = {
    "abc_classification": ("policy_id", "is_manual"),
    "customer_stage_history": ("company_id",),
    "customer_value_history": ("company_id",),
    "customer_value": ("company_id",),
}


class MergePartnerAutomatic(models.TransientModel):
    """Merging duplicates: the history of whoever bought most often stays, what people entered and agreed is kept.

    Computed histories cannot be added up; the next classification and refresh read the documents of both.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        self.env.flush_all()
        ranked = self._rank_customers(src_partners, dst_partner)
        self._keep_hand_values(ranked)
        for table, keys in STRANDS.items():
            self.env.execute_query(self._keep_one_strand_sql(table, keys, ranked))
        self._outdate_proposals(ranked, dst_partner)
        self.env.invalidate_all()
        self._merge_winbacks(ranked)
        self._merge_sheets(dst_partner | src_partners)
        self._merge_budgets(dst_partner | src_partners)
        self.env.flush_all()
        super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()

    def _rank_customers(self, src_partners, dst_partner):
        """Ids of the customers, the one with the most purchases first, at the same number who is kept."""
        # sudo: who merges contacts needs no right on segmentation
        values = self.env["customer.value"].sudo()
        partners = dst_partner | src_partners
        groups = values._read_group([("partner_id", "in", partners.ids)], ["partner_id"], ["purchase_count:sum"])
        bought = {partner.id: count for partner, count in groups}
        return sorted(partners.ids, key=lambda partner: -bought.get(partner, 0))

    # ------------------------------------------------------------------
    # COMPUTED
    # ------------------------------------------------------------------

    def _keep_hand_values(self, ranked):
        """Share of wallet and satisfaction go, signed, to the value that stays, where it has none of its own."""
        for name in ("wallet_share", "satisfaction_hand"):
            prefix = name.partition("_")[0]
            columns = [SQL.identifier(column) for column in (name, f"{prefix}_date", f"{prefix}_user_id")]
            self.env.execute_query(
                SQL(
                    """
                    WITH entered AS (
                        SELECT DISTINCT ON (company_id) company_id, %(columns)s
                          FROM customer_value
                         WHERE partner_id = ANY(%(ranked)s) AND %(name)s IS NOT NULL
                         ORDER BY company_id, array_position(%(ranked)s, partner_id)
                    )
                    UPDATE customer_value value
                       SET (%(columns)s) = (SELECT %(columns)s FROM entered WHERE entered.company_id = value.company_id)
                     WHERE value.partner_id = ANY(%(ranked)s) AND value.%(name)s IS NULL
                       AND EXISTS (SELECT FROM entered WHERE entered.company_id = value.company_id)
                    RETURNING value.id
                    """,
                    columns=SQL(", ").join(columns),
                    name=columns[0],
                    ranked=ranked,
                )
            )

    def _keep_one_strand_sql(self, table, keys, ranked):
        return SQL(
            """
            DELETE FROM %(table)s row
             USING (
                    SELECT id, partner_id <> first_value(partner_id) OVER (
                               PARTITION BY %(keys)s ORDER BY array_position(%(ranked)s, partner_id)) AS is_other
                      FROM %(table)s
                     WHERE partner_id = ANY(%(ranked)s)
                   ) strand
             WHERE strand.id = row.id AND strand.is_other
            RETURNING row.id
            """,
            table=SQL.identifier(table),
            keys=SQL(", ").join(map(SQL.identifier, keys)),
            ranked=ranked,
        )

    def _outdate_proposals(self, ranked, dst_partner):
        """What was proposed for a customer that goes knows another present value; a plan starts once for a move."""
        self.env.execute_query(
            SQL(
                """
                UPDATE abc_proposal
                   SET state = 'obsolete', closed_because = 'moved', decided_on = now() AT TIME ZONE 'UTC'
                 WHERE partner_id = ANY(%s) AND partner_id <> %s AND state = 'open'
                RETURNING id
                """,
                ranked,
                dst_partner.id,
            )
        )
        self.env.execute_query(
            SQL(
                """
                DELETE FROM abc_proposal row
                 USING (
                        SELECT id, row_number() OVER (
                                   PARTITION BY action_id, run_id
                                   ORDER BY partner_id = %(kept)s DESC, array_position(%(ranked)s, partner_id)) AS place
                          FROM abc_proposal
                         WHERE partner_id = ANY(%(ranked)s) AND kind = 'plan' AND run_id IS NOT NULL
                       ) twin
                 WHERE twin.id = row.id AND twin.place > 1
                RETURNING row.id
                """,
                kept=dst_partner.id,
                ranked=ranked,
            )
        )

    # ------------------------------------------------------------------
    # WHAT PEOPLE AGREED ON
    # ------------------------------------------------------------------

    def _merge_winbacks(self, ranked):
        """One attempt at a time goes on; the others are given up, which counts in no rate."""
        # sudo: as in _rank_customers
        attempts = self.env["customer.winback"].sudo()
        found = attempts.search([("partner_id", "in", ranked), ("state", "=", "open")])
        for of_company in found.grouped("company_id").values():
            rest = of_company.sorted(lambda attempt: ranked.index(attempt.partner_id.id))[1:]
            rest.write({"state": "closed", "decided_on": fields.Date.context_today(self)})
            rest.activity_ids.unlink()

    def _merge_sheets(self, partners):
        """Of two sheets of a period the signed one stays, else that of who is kept."""
        # sudo: as in _rank_customers
        sheets = self.env["key.account.review"].sudo()
        found = sheets.search([("partner_id", "in", partners.ids)])
        for same in found.grouped(lambda it: (it.company_id, it.period_kind, it.date_from)).values():
            ordered = same.sorted(lambda it: (it.state != "signed", partners.ids.index(it.partner_id.id)))
            ordered[1:].unlink()

    def _merge_budgets(self, partners):
        """What was planned for both in a period is planned for the one customer they are."""
        # sudo: as in _rank_customers
        budgets = self.env["customer.budget"].sudo()
        found = budgets.search([("partner_id", "in", partners.ids)])
        for same in found.grouped(lambda it: (it.company_id, it.period, it.date_from)).values():
            if len(same) > 1:
                kept = same[0]
                kept.write({name: sum(same.mapped(name)) for name in ("sales", "margin", "collections")})
                (same - kept).unlink()
