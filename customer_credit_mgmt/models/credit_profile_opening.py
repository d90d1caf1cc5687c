"""How credit profiles come about: with the first document of a customer, or for all that are in the ledger."""

from odoo import api, fields, models
from odoo.tools import SQL


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    @api.model
    def _get_or_create(self, partners, company):
        """Profiles of the commercial entities of ``partners`` in the root of ``company``, made on first use."""
        customers = partners.commercial_partner_id
        root = company.root_id
        # sudo: whoever posts or confirms a document opens the customer's file, without a right on credit
        domain = [("partner_id", "in", customers.ids), ("company_id", "=", root.id)]
        profiles = self.sudo().search(domain)
        if missing := customers - profiles.partner_id:
            self.sudo()._open_files(missing, root)
            profiles = self.sudo().search(domain)
        return profiles

    @api.model
    def _touch(self, customers, root):
        """Write the rows of the customers' profiles, making those that are missing, and of their pots; one statement.

        Called before the facts are read: of two checks at once, the second one fails to serialize and starts again with
        the facts that the first one left. A lock alone would not do: under REPEATABLE READ the second session would
        still read its old snapshot.

        :return: the customers, and everybody who shares a pot with one of them
        """
        return self._upsert(customers, root, SQL("DO UPDATE SET checked_at = now() AT TIME ZONE 'UTC'"))

    @api.model
    def _open_files(self, customers, root):
        """Make the profiles that are missing; one statement."""
        self._upsert(customers, root, SQL("DO NOTHING"))

    def _upsert(self, customers, root, on_conflict):
        self.flush_model(["partner_id", "company_id", "group_id"])
        modes = self.env["credit.policy"]._default_modes(customers, root)
        granted = self._without_file(self.env["credit.policy"]._default_limits(customers, root), root)
        written = SQL(
            """
            INSERT INTO credit_profile (partner_id, company_id, limit_mode, status, manual_hold, checked_at,
                                        create_uid, write_uid, create_date, write_date)
            SELECT partner_id, %(company)s, limit_mode, 'ok', FALSE, now() AT TIME ZONE 'UTC',
                   %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM unnest(%(partners)s::int[], %(modes)s::varchar[]) AS customer(partner_id, limit_mode)
             ORDER BY partner_id
                ON CONFLICT (partner_id, company_id) %(on_conflict)s
            RETURNING partner_id, group_id
            """,
            on_conflict=on_conflict,
            company=root.id,
            uid=self.env.uid,
            partners=list(modes),
            modes=list(modes.values()),
        )
        found = self.env.execute_query(self.env["credit.group"]._touching_sql(written, root))
        self.invalidate_model(["checked_at"], flush=False)
        if granted:
            self.search([("company_id", "=", root.id), ("partner_id", "in", granted)])._grant_default_limits()
        return customers.browse(partner for (partner,) in found)

    # ------------------------------------------------------------------
    # DEFAULT MODE
    # ------------------------------------------------------------------

    def _get_default_mode(self):
        """The limit mode with which the file of the customer begins."""
        self.ensure_one()
        return self.env["credit.policy"]._default_modes(self.partner_id, self.company_id).get(self.partner_id.id)

    @api.model
    def _with_default_mode(self, vals):
        """The values of a new profile, with the limit mode that the policy gives to new customers."""
        if "limit_mode" in vals or "default_limit_mode" in self.env.context or not vals.get("partner_id"):
            return vals
        profile = self.new({name: vals[name] for name in ("partner_id", "company_id") if name in vals})
        modes = self.env["credit.policy"]._default_modes(profile.partner_id._origin, profile.company_id._origin)
        return {**vals, "limit_mode": modes[vals["partner_id"]]}

    @api.onchange("partner_id", "company_id")
    def _onchange_default_mode(self):
        if self.partner_id and self.company_id and not self._origin:
            modes = self.env["credit.policy"]._default_modes(self.partner_id, self.company_id)
            self.limit_mode = modes[self.partner_id.id]

    # ------------------------------------------------------------------
    # DEFAULT LIMIT
    # ------------------------------------------------------------------

    @api.model
    def _without_file(self, partner_ids, root):
        """Those of the customers who have no profile yet."""
        if not partner_ids:
            return []
        known = self.search_fetch(
            [("company_id", "=", root.id), ("partner_id", "in", list(partner_ids))], ["partner_id"]
        )
        return [partner for partner in partner_ids if partner not in known.partner_id._ids]

    def _grant_default_limits(self):
        """Give profiles that were just made the limit with which their policy lets new customers begin."""
        # sudo: whoever chose the policy signed it, not who opens the file
        policies = self.env["credit.policy"].sudo()
        values = []
        for root, profiles in self.sudo().grouped("company_id").items():
            specs = policies._default_limits(profiles.partner_id, root)
            for profile in profiles.filtered(lambda it, specs=specs: it.limit_mode == "limited" and not it.limit_ids):
                if spec := specs.get(profile.partner_id.id):
                    values.append(profile._prepare_default_limit(spec))
        if values:
            limits = self.env["credit.limit"].sudo().with_context(tracking_disable=True)
            limits.create(values)._apply()

    def _prepare_default_limit(self, spec):
        policy = self.env["credit.policy"].browse(spec.policy_id)
        return {
            "profile_id": self.id,
            "amount": spec.default_limit_amount,
            "currency_id": self.company_id.currency_id.id,
            "date_from": fields.Date.context_today(self),
            "state": "approved",
            "approved_on": fields.Datetime.now(),
            "reason": self.env._("New customers under the policy “%(policy)s” start with it.", policy=policy.name),
        }

    @api.model_create_multi
    def create(self, vals_list):
        profiles = super().create(vals_list)
        profiles._grant_default_limits()
        return profiles

    @api.model
    def _apply_default_modes(self, made):
        """Give profiles that were just made the limit mode of their policy."""
        # sudo: the mode of a new file is the policy's, whoever opens it
        policies = self.env["credit.policy"].sudo()
        if not policies.search_count([("default_limit_mode", "!=", "no_check")], limit=1):
            return
        for root, profiles in made.sudo().grouped("company_id").items():
            modes = self.env["credit.policy"]._default_modes(profiles.partner_id, root)
            for mode, fitting in profiles.grouped(lambda it, modes=modes: modes[it.partner_id.id]).items():
                if mode != "no_check":
                    fitting.with_context(tracking_disable=True).limit_mode = mode

    @api.model
    def _create_missing(self, company=None):
        """Profiles for every customer with a receivable item that has none yet; one statement.

        :return: how many were made
        """
        ledger = self.env["receivable.ledger"]
        made = self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_profile (partner_id, company_id, limit_mode, status, manual_hold, create_uid,
                                            write_uid, create_date, write_date)
                SELECT partner.commercial_partner_id, company.root_id, 'no_check', 'ok', FALSE, %(uid)s, %(uid)s,
                       now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                  FROM (SELECT DISTINCT partner_id, company_id FROM account_move_line
                         WHERE account_id = ANY(%(accounts)s) AND parent_state = 'posted' AND partner_id IS NOT NULL
                           AND company_id = ANY(%(companies)s)) item
                  JOIN %(company)s ON company.id = item.company_id
                  JOIN res_partner partner ON partner.id = item.partner_id
                 GROUP BY partner.commercial_partner_id, company.root_id
                    ON CONFLICT (partner_id, company_id) DO NOTHING
                RETURNING id
                """,
                uid=self.env.uid,
                accounts=ledger._receivable_account_ids(),
                companies=ledger._tree_company_ids(company),
                company=ledger._root_companies_sql(company),
                to_flush=ledger._ledger_fields(),
            )
        )
        self.invalidate_model()
        profiles = self.browse(profile_id for (profile_id,) in made)
        self._apply_default_modes(profiles)
        profiles._grant_default_limits()
        return len(made)

    def action_create_missing(self):
        """Open the file of every customer that was ever invoiced."""
        self.check_access("create")
        made = self._create_missing(self.env.companies)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)d credit profiles were made.", count=made),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
