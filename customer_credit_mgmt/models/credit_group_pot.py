"""The pot in a credit check: who shares it, and that two members at once cannot both pass it."""

from odoo import api, models, tools
from odoo.tools import SQL


class CreditGroup(models.Model):
    _inherit = "credit.group"

    @api.model
    @tools.ormcache("company_id")
    def _are_used(self, company_id):
        """Whether the root company has groups at all: where it has none, a check asks for nothing."""
        # sudo: whoever posts a document is checked against the pot
        groups = self.sudo().with_context(active_test=False)
        return bool(groups.search_count([("company_id", "=", company_id)], limit=1))

    @api.model
    def _changes_cache(self, names):
        return "company_id" in names

    @api.model
    def _touching_sql(self, written, root):
        """The statement ``written``, which returns ``partner_id, group_id``, that writes those groups' rows as well.

        So that of two members at once the second starts again, see ``credit.profile._touch``.

        :return: ``SQL`` of ``partner_id``: of the written profiles, and of all that share a pot with them
        """
        if not self._are_used(root.id):
            return SQL("WITH written AS (%s) SELECT partner_id FROM written", written)
        self.invalidate_model(["checked_at"])
        return SQL(
            """
            WITH written AS (%s), pot AS (
                UPDATE credit_group SET checked_at = now() AT TIME ZONE 'UTC'
                 WHERE id IN (
                       SELECT id FROM credit_group WHERE id IN (SELECT group_id FROM written) ORDER BY id FOR UPDATE
                       )
                RETURNING id, active
            )
            SELECT partner_id FROM written
             UNION
            SELECT other.partner_id FROM credit_profile other JOIN pot ON pot.id = other.group_id AND pot.active
            """,
            written,
            to_flush=self._fields["active"],
        )

    @api.model
    def _with_members(self, customers, root):
        """The customers and everybody who shares a pot with one of them; at most one query."""
        if not self._are_used(root.id):
            return customers
        members = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT other.partner_id
                  FROM credit_profile profile
                  JOIN credit_group pot ON pot.id = profile.group_id AND pot.active
                  JOIN credit_profile other ON other.group_id = pot.id
                 WHERE profile.company_id = %s AND profile.partner_id = ANY(%s)
                """,
                root.id,
                list(customers.ids),
                to_flush=[
                    *(self.env["credit.profile"]._fields[name] for name in ("group_id", "partner_id", "company_id")),
                    self._fields["active"],
                ],
            )
        )
        return customers | customers.browse(partner for (partner,) in members)
