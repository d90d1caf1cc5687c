from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from ..core import verdict as core

LIMIT_MODES = [
    ("no_check", "No Limit Check"),
    ("no_credit", "No Credit"),
    ("limited", "Limited"),
]

# What is found, not decided.
FINDINGS = {"status", "status_reason", "checked_at", "score", "rating_id", "probability_late"}


class CreditProfile(models.Model):
    """How far one company trusts one customer: one per commercial partner and root company."""

    _name = "credit.profile"
    _description = "Credit Profile"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "partner_id, id"
    _rec_names_search = ["partner_id"]

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
        help="The commercial entity: its contacts and addresses share this profile.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self._default_company_id(),
        help="The root company: its branches share this profile.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users", string="Credit Controller", tracking=True, help="Is told when a document of this customer waits."
    )

    # What was decided
    policy_id = fields.Many2one(
        "credit.policy",
        compute="_compute_policy_id",
        inverse="_inverse_policy_id",
        help="The first policy whose customers include this one, unless another is set by hand.",
    )
    policy_by_hand_id = fields.Many2one(
        "credit.policy", string="Policy Set by Hand", ondelete="set null", tracking=True
    )
    limit_mode = fields.Selection(
        LIMIT_MODES,
        default="no_check",
        required=True,
        tracking=True,
        help="No limit check: the exposure may grow without bound.\n"
        "No credit: every document on credit breaks the rule 'No credit granted'.\n"
        "Limited: the approved limit below counts, even when it is zero.",
    )
    limit_ids = fields.One2many("credit.limit", "profile_id", string="Limits")
    limit_amount = fields.Monetary(
        compute="_compute_limit_amount", help="Effective today: the newest approved base limit plus temporary ones."
    )
    manual_hold = fields.Boolean(tracking=True, help="Put the customer on hold whatever the figures say.")
    status = fields.Selection(
        [("ok", "OK"), ("watch", "Watch"), ("hold", "Hold")],
        default="ok",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        help="Hold: the next invoice would be held. Watch: a rule warns. Refreshed daily and at each check.",
    )
    status_reason = fields.Text(readonly=True)
    checked_at = fields.Datetime(
        readonly=True, help="Written by each check that allows something, so that two at once cannot both pass."
    )

    # What was found (see credit.scorecard)
    score = fields.Float(
        readonly=True, aggregator="avg", help="0 to 100, higher is better. 0 without a rating: none yet."
    )
    rating_id = fields.Many2one("credit.rating", readonly=True, index="btree_not_null", tracking=True)
    probability_late = fields.Float(
        string="Late Payment Probability",
        readonly=True,
        aggregator="avg",
        help="Probability that the next invoice is paid late.",
    )
    next_review_date = fields.Date()

    # Live figures
    receivable_amount = fields.Monetary(
        string="Open Receivable",
        compute="_compute_live_figures",
        help="Posted open items, less unmatched payments and credits.",
    )
    overdue_amount = fields.Monetary(
        string="Overdue", compute="_compute_live_figures", help="Overdue items that unmatched credits do not cover."
    )
    overdue_days = fields.Integer(string="Days Overdue", compute="_compute_live_figures")
    draft_amount = fields.Monetary(string="Draft Invoices", compute="_compute_live_figures")
    order_amount = fields.Monetary(string="Orders to Invoice", compute="_compute_live_figures")
    exposure_amount = fields.Monetary(
        string="Exposure", compute="_compute_live_figures", help="Open receivable + draft invoices + orders to invoice."
    )
    available_amount = fields.Monetary(
        string="Available", compute="_compute_live_figures", help="Limit less exposure; negative when over the limit."
    )
    utilization = fields.Float(compute="_compute_live_figures", help="Exposure as a share of the limit.")
    held_count = fields.Integer(string="Held Documents", compute="_compute_held_count")

    _partner_company_unique = models.Constraint(
        "UNIQUE(partner_id, company_id)", "This customer has a credit profile in this company already."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.model
    def _default_company_id(self):
        return self.env.company.root_id

    @api.depends("partner_id", "company_id")
    def _compute_display_name(self):
        for profile in self:
            # sudo: the name of a customer is shown to whoever may see the profile
            profile.display_name = profile.partner_id.sudo().display_name

    @api.depends("policy_by_hand_id", "partner_id", "company_id")
    def _compute_policy_id(self):
        for company, profiles in self.grouped("company_id").items():
            matches = self.env["credit.policy"]._match(profiles.partner_id, company, profiles._policies_by_hand())
            for profile in profiles:
                spec = matches.get(profile.partner_id.id)
                profile.policy_id = spec and spec.policy_id

    def _policies_by_hand(self):
        return {profile.partner_id.id: profile.policy_by_hand_id.id for profile in self}

    def _inverse_policy_id(self):
        for profile in self:
            profile.policy_by_hand_id = profile.policy_id

    @api.depends("limit_ids.state", "limit_ids.amount", "limit_ids.date_from", "limit_ids.date_to", "limit_mode")
    def _compute_limit_amount(self):
        today = fields.Date.context_today(self)
        amounts = self.env["credit.limit"]._effective_amounts(self, today)
        for profile in self:
            profile.limit_amount = amounts.get(profile.id, 0.0) if profile.limit_mode == "limited" else 0.0

    @api.depends_context("uid")
    def _compute_live_figures(self):
        figures = {row["profile_id"]: row for row in self._gather_figures(fields.Date.context_today(self))}
        names = [name for name, field in self._fields.items() if field.compute == "_compute_live_figures"]
        for profile in self:
            row = figures.get(profile.id, {})
            for name in names:
                profile[name] = row.get(name) or 0

    def _compute_held_count(self):
        # sudo: how many documents wait is part of the status that every credit user sees
        counts = dict(
            self.env["credit.check"]
            .sudo()
            ._read_group([("profile_id", "in", self.ids), ("state", "=", "held")], ["profile_id"], ["__count"])
        )
        for profile in self:
            profile.held_count = counts.get(profile, 0)

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("partner_id", "company_id")
    def _check_key(self):
        for profile in self:
            if profile.partner_id != profile.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s belongs to %(customer)s: make the credit profile for the customer.",
                        contact=profile.partner_id.display_name,
                        customer=profile.partner_id.commercial_partner_id.display_name,
                    )
                )
            if profile.company_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch: make the credit profile for %(root)s.",
                        branch=profile.company_id.name,
                        root=profile.company_id.root_id.name,
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def _check_findings(self, names):
        """What the ledger says of a customer is not written by hand."""
        if not self.env.su and FINDINGS & set(names):
            raise AccessError(self.env._("Status, score and rating follow from the ledger: they are not set by hand."))

    @api.model_create_multi
    def create(self, vals_list):
        profiles = super().create(vals_list)
        # the result is checked, not the values: the context may hold defaults
        empty = {"status": "ok"}
        profiles._check_findings(
            name for name in FINDINGS for profile in profiles if (profile[name] or False) != empty.get(name, False)
        )
        decided = profiles.filtered(lambda profile: profile.limit_mode != "no_check" or profile.policy_by_hand_id)
        if decided:
            self._check_decides()
        return profiles

    def _check_decides(self):
        if not (self.env.su or self.env.user.has_group("customer_credit_mgmt.group_credit_manager")):
            raise AccessError(
                self.env._("Only a credit manager can change the limit mode or the policy of a customer.")
            )

    def write(self, vals):
        self._check_findings(vals)
        decisive = {"limit_mode", "policy_id", "policy_by_hand_id", "partner_id", "company_id"} & vals.keys()
        if decisive:
            self._check_decides()
        result = super().write(vals)
        if "limit_mode" in vals:
            self.env["credit.limit"]._sync_native_limit(self)
        if {"limit_mode", "policy_by_hand_id", "manual_hold"} & vals.keys():
            self._refresh_status()
        return result

    # ------------------------------------------------------------------
    # GATHER
    # ------------------------------------------------------------------

    def _figures_sql(self, as_of, company=None, partners=None, without=()):
        """Every component of the exposure for every profile, in one statement.

        ``available_amount`` and ``utilization`` are NULL where no limit applies: no figure, not zero. Components
        ``without`` which the caller can do are 0 and left out of the exposure.
        """
        return SQL(
            """
            SELECT profile.id, profile.id AS profile_id, profile.partner_id, profile.company_id, profile.user_id,
                   profile.status, profile.limit_mode, profile.rating_id, profile.score, profile.manual_hold,
                   profile.policy_by_hand_id, figure.*,
                   figure.limit_amount - figure.exposure_amount AS available_amount,
                   figure.exposure_amount / NULLIF(figure.limit_amount, 0) AS utilization
              FROM credit_profile profile
              LEFT JOIN (%(exposure)s) exposure
                ON exposure.partner_id = profile.partner_id AND exposure.company_id = profile.company_id
              LEFT JOIN (%(effective)s) effective ON effective.profile_id = profile.id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(exposure.receivable_amount, 0) AS receivable_amount,
                          COALESCE(exposure.overdue_amount, 0) AS overdue_amount,
                          COALESCE(exposure.overdue_days, 0) AS overdue_days,
                          COALESCE(exposure.draft_amount, 0) AS draft_amount,
                          COALESCE(exposure.order_amount, 0) AS order_amount,
                          COALESCE(exposure.secured_amount, 0) AS secured_amount,
                          COALESCE(exposure.receivable_amount + exposure.draft_amount + exposure.order_amount
                                   - exposure.secured_amount, 0) AS exposure_amount,
                          CASE profile.limit_mode
                               WHEN 'limited' THEN COALESCE(effective.amount, 0)
                               WHEN 'no_credit' THEN 0
                          END AS limit_amount
                   ) figure
             WHERE profile.company_id = ANY(%(roots)s) AND %(partners)s
            """,
            exposure=self.env["receivable.ledger"]._exposure_sql(as_of, company, partners, without),
            effective=self.env["credit.limit"]._effective_sql(as_of, partners),
            # sudo: a branch shares its root's customers whoever asks
            roots=(company or self.env.companies).sudo().root_id.ids,
            partners=SQL("TRUE") if partners is None else SQL("profile.partner_id = ANY(%s)", list(partners.ids)),
            to_flush=[
                self._fields[name] for name in ("status", "limit_mode", "manual_hold", "user_id", "policy_by_hand_id")
            ],
        )

    def _gather_figures(self, as_of):
        """Figures of these profiles, as dictionaries; one query."""
        if not self.ids:
            return []
        return self.env.execute_query_dict(self._figures_sql(as_of, self.company_id, self.partner_id))

    @api.model
    def _facts(self, row, company):
        """What the verdict needs of a row of figures. Drafts do not count, but for the one that is checked."""
        return core.Facts(
            limit_mode=row["limit_mode"],
            limit_amount=row["limit_amount"] or 0.0,
            exposure_amount=row["exposure_amount"] - row["draft_amount"],
            overdue_amount=row["overdue_amount"],
            overdue_days=row["overdue_days"],
            manual_hold=row["manual_hold"],
            rounding=company.currency_id.rounding,
        )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

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
        """Write the rows of the customers' profiles, making those that are missing; one statement.

        Called before the facts are read: of two checks at once, the second one fails to serialize and starts again with
        the facts that the first one left. A lock alone would not do: under REPEATABLE READ the second session would
        still read its old snapshot.
        """
        self._upsert(customers, root, SQL("DO UPDATE SET checked_at = now() AT TIME ZONE 'UTC'"))

    @api.model
    def _open_files(self, customers, root):
        """Make the profiles that are missing; one statement."""
        self._upsert(customers, root, SQL("DO NOTHING"))

    def _upsert(self, customers, root, on_conflict):
        self.flush_model(["partner_id", "company_id"])
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO credit_profile (partner_id, company_id, limit_mode, status, manual_hold, checked_at,
                                            create_uid, write_uid, create_date, write_date)
                SELECT partner_id, %(company)s, 'no_check', 'ok', FALSE, now() AT TIME ZONE 'UTC',
                       %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                  FROM unnest(%(partners)s::int[]) AS customer(partner_id)
                 ORDER BY partner_id
                    ON CONFLICT (partner_id, company_id) %(on_conflict)s
                """,
                on_conflict=on_conflict,
                company=root.id,
                uid=self.env.uid,
                partners=customers.ids,
            )
        )
        self.invalidate_model(["checked_at"], flush=False)

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
        return len(made)

    def _refresh_status(self):
        """Status from the facts of today: would a further invoice of the smallest amount be held, or warned about?"""
        for company, profiles in self.grouped("company_id").items():
            profiles._refresh_status_in(company)

    def _refresh_status_in(self, company):
        rows = {row["profile_id"]: row for row in self._gather_figures(fields.Date.context_today(self))}
        specs = self.env["credit.policy"]._match(self.partner_id, company, self._policies_by_hand())
        changed = {}
        for profile in self:
            status = self._decide_status(rows[profile.id], specs.get(profile.partner_id.id), company)
            if status != (profile.status, profile.status_reason):
                changed[status] = changed.get(status, self.browse()) | profile
        for (status, reason), profiles in changed.items():
            # sudo: the status follows from the facts, whoever touched them
            profiles.sudo().write({"status": status, "status_reason": reason})

    @api.model
    def _of_status(self, reason, facts):
        """A reason as the profile tells it: of the customer, not of the tiny document that the status is tried with."""
        if reason["kind"] != "over_limit":
            return reason
        return {**reason, "kind": "limit_used_up", "figure": facts.exposure_amount}

    @api.model
    def _decide_status(self, row, spec, company):
        """``(status, reason)`` of a row of figures under a policy."""
        if not spec or self.env["credit.policy"]._is_exempt(spec, self.env["res.partner"].browse(row["partner_id"])):
            return "ok", False
        facts = self._facts(row, company)
        verdict = core.decide(facts, core.Document(facts.rounding), spec.rules, spec.action_at("invoice"))
        reasons = [self._of_status(reason, facts) for reason in self.env["credit.policy"]._reasons(verdict)]
        text = "\n".join(self.env["credit.check"]._sentences(reasons, company.currency_id)) or False
        if verdict.outcome == core.Outcome.BLOCK:
            return "hold", text
        used = row["utilization"]
        if used is not None and spec.warn_utilization and used >= spec.warn_utilization:
            text = text or self.env._("%(share)d %% of the limit is used.", share=round(used * 100))
            return "watch", text
        return ("watch", text) if verdict.outcome == core.Outcome.WARN else ("ok", False)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_refresh_status(self):
        self._refresh_status()

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

    def _action_open(self, name, model, domain, view_mode="list,form"):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": view_mode,
            "domain": domain,
            "context": {"create": False},
        }

    def action_open_receivable(self):
        domain = [
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("partner_id.commercial_partner_id", "=", self.partner_id.id),
            ("company_id", "child_of", self.company_id.id),
        ]
        return self._action_open(self.env._("Open Items"), "account.move.line", domain, "list")

    def action_open_drafts(self):
        domain = [
            ("state", "=", "draft"),
            ("move_type", "in", ("out_invoice", "out_receipt")),
            ("commercial_partner_id", "=", self.partner_id.id),
            ("company_id", "child_of", self.company_id.id),
        ]
        return self._action_open(self.env._("Draft Invoices"), "account.move", domain)

    def action_open_checks(self):
        domain = [("profile_id", "=", self.id)]
        return self._action_open(self.env._("Credit Checks"), "credit.check", domain)

    def action_request_limit(self):
        """A request of one's own: for those, too, who may not write the profile."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Limit"),
            "res_model": "credit.limit",
            "view_mode": "form",
            "context": {"default_profile_id": self.id},
        }

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_refresh_status(self, batch_size=2000):
        """Daily: limits expire and items fall due without anybody doing anything."""
        self._create_missing(self.env["res.company"].search([("parent_id", "=", False)]))
        remaining = self.search([], order="id").ids
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(remaining))
        while remaining:
            batch, remaining = remaining[:batch_size], remaining[batch_size:]
            self.browse(batch).with_context(tracking_disable=True)._refresh_status()
            if not progress._commit_progress(len(batch)):
                break
