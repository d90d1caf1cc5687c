from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.worklist import Action, Why

ACTIONS = [
    (Action.CALL, "Call"),
    (Action.VISIT, "Visit"),
    (Action.EMAIL, "Remind by E-mail"),
    (Action.PROMISE, "Follow Up Promise"),
    (Action.ESCALATE, "Escalate"),
    (Action.MATCH, "Match Payment"),
    (Action.DATA, "Find Out Address"),
    (Action.NONE, "Nothing"),
]
REASONS = [
    ("money", "Promised money is there, not matched"),
    ("promise_broken", "Promise broken"),
    ("plan_broken", "Payment plan broken"),
    ("promise_due", "Promise due"),
    ("callback", "To be called back"),
    ("task", "Task of the reminder"),
    ("difference", "Differences on a statement"),
    ("bounced", "Reminder came back"),
    ("overdue", "Overdue"),
    ("early", "Not due yet, expected to be late"),
]
WHYS = [
    (Why.RESTING, "Back on the list later"),
    (Why.NOTHING, "Nothing to claim"),
    (Why.MONEY, "The promised money has come in and is not matched yet"),
    (Why.NO_ADDRESS, "Neither phone number nor working e-mail address"),
    (Why.VISIT_TASK, "The reminder asks for a visit"),
    (Why.ESCALATION_TASK, "The reminder passes the customer on"),
    (Why.BROKEN_TWICE, "Promises broken again"),
    (Why.LAST_LEVEL, "Reminded at the last level"),
    (Why.PROMISE_BROKEN, "The promise was broken"),
    (Why.PROMISE_DUE, "The promised day has come"),
    (Why.PLAN_BROKEN, "The payment plan was broken"),
    (Why.CALLBACK, "Agreed to call back by today"),
    (Why.CALL_TASK, "The reminder asks for a call"),
    (Why.DIFFERENCE, "The customer named differences on a statement"),
    (Why.BOUNCED, "A reminder came back"),
    (Why.WORTH_CALL, "A call is worth more than it costs"),
    (Why.NO_PHONE, "No phone number"),
    (Why.SMALL, "A call would cost more than it brings"),
]
# Rows are numbered by company and customer: see collection.facts.
PARTNER_MASK = (1 << 32) - 1
FEW = 1000
# Computed when it is read: of the day in the context.
LIVE = {"readonly": True, "depends_context": ("as_of", "tz")}


class CollectionWorklist(models.Model):
    """Who is to be contacted now, why, and what it is worth; one row per customer and root company. Who works in a
    branch only has its customers, with what they owe there.

    Amounts, ages, contacts and promises are those of the moment; the habits of payment are those of the last night
    (see ``collection.expectation``). The formulas are in core/worklist.py.
    """

    _name = "collection.worklist"
    _description = "Worklist of Collections"
    _auto = False
    _order = "minute_value DESC, claim_amount DESC, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Customer", **LIVE)
    company_id = fields.Many2one("res.company", **LIVE)
    currency_id = fields.Many2one(related="company_id.currency_id")
    collector_id = fields.Many2one("res.users", **LIVE, help="Who looks after what this customer owes.")
    user_id = fields.Many2one("res.users", string="Salesperson", **LIVE)
    country_id = fields.Many2one("res.country", **LIVE)
    phone = fields.Char(**LIVE, help="Of the person who gets the reminders, else of the customer.")
    is_mine = fields.Boolean(
        string="My Portfolio",
        compute="_compute_is_mine",
        search="_search_is_mine",
        help="You look after the customer, or stand in for who does.",
    )

    open_amount = fields.Monetary(string="Open", **LIVE, help="All open items less credits, due or not.")
    overdue_amount = fields.Monetary(
        string="Overdue", **LIVE, help="Overdue items that credits do not cover, disputed and promised ones too."
    )
    claim_amount = fields.Monetary(
        string="To Claim",
        **LIVE,
        help="What of the overdue items can be claimed now: not disputed, promised, in a plan or blocked, and covered"
        " neither by credits nor by money at the bank.",
    )
    held_amount = fields.Monetary(
        string="Held Back", **LIVE, help="Overdue, but disputed, promised, in a payment plan, blocked or in payment."
    )
    item_count = fields.Integer(string="Items to Claim", **LIVE)
    oldest_days = fields.Integer(**LIVE, aggregator="max", help="Of the oldest item to claim.")
    usual_days = fields.Float(
        string="Usual Days Late", **LIVE, digits=(8, 1), aggregator="avg", help="Mean days late of the customer."
    )
    level_number = fields.Integer(
        string="Level", **LIVE, aggregator="max", help="Highest level at which what is open was reminded. 0: never."
    )
    reminded_on = fields.Date(string="Last Reminder", **LIVE)

    last_contact = fields.Datetime(**LIVE, help="The last call, visit or other contact that was noted.")
    outcome_id = fields.Many2one("collection.outcome", string="Last Outcome", **LIVE)
    callback_date = fields.Date(string="Call Back on", **LIVE)
    resting_until = fields.Date(
        string="Back on",
        **LIVE,
        help="Snoozed, contacted today, or to be called back later: nothing is to be done before this day.",
    )
    promise_count = fields.Integer(string="Open Promises", **LIVE)
    promise_amount = fields.Monetary(string="Promised", **LIVE)
    promise_date = fields.Date(string="Next Promised Day", **LIVE)
    money_amount = fields.Monetary(
        string="Promised, Not Matched",
        **LIVE,
        help="Promised and due; as much has come in since the promise was given, and is not matched with any item yet.",
    )
    money_date = fields.Date(string="Came in by", **LIVE, help="The day on which all of it had come in.")
    broken_count = fields.Integer(string="Broken Promises", **LIVE, help="Of the last twelve months.")
    dispute_count = fields.Integer(string="Open Disputes", **LIVE)
    dispute_amount = fields.Monetary(string="Disputed", **LIVE)
    rating_id = fields.Many2one("credit.rating", **LIVE)
    credit_status = fields.Selection([("ok", "OK"), ("watch", "Watch"), ("hold", "Hold")], **LIVE)

    waiting_cost = fields.Monetary(
        string="Cost of Waiting",
        **LIVE,
        help="What the open items still cost until they are paid: amount not covered x days still to wait x cost of"
        " money / 365.",
    )
    chance = fields.Float(
        string="Chance to Help",
        **LIVE,
        aggregator="avg",
        help="Probability that a contact helps: how often somebody is reached, less while the last talk is fresh.",
    )
    worth = fields.Monetary(string="Expected Gain", **LIVE, help="Cost of waiting x chance to help.")
    minutes = fields.Float(
        string="Usual Minutes", **LIVE, digits=(8, 1), help="Of the next action, by your own contacts."
    )
    minute_value = fields.Float(
        string="Gain per Minute",
        **LIVE,
        digits=(16, 2),
        aggregator="avg",
        help="Expected gain / usual minutes of the next action: what the list is ordered by.",
    )
    action = fields.Selection(ACTIONS, string="Next Action", **LIVE)
    why = fields.Selection(WHYS, string="Reason of the Action", **LIVE)
    reason = fields.Selection(REASONS, **LIVE, help="The most pressing reason to be on the list.")
    is_overdue = fields.Boolean(string="Something to Claim", **LIVE)
    promise_broken = fields.Boolean(**LIVE)
    promise_due = fields.Boolean(**LIVE)
    is_callback = fields.Boolean(string="Call Back Today", **LIVE)
    has_difference = fields.Boolean(string="Differences on a Statement", **LIVE)
    has_task = fields.Boolean(string="Task of a Reminder", **LIVE)

    # ------------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------------

    @property
    def _table_query(self):
        as_of = fields.Date.to_date(self.env.context.get("as_of")) or fields.Date.context_today(self)
        timezone = self.env.context.get("tz") or self.env.user.tz or "UTC"
        facts = self.env["collection.facts"]
        partner_ids = self.env.context.get("worklist_partner_ids")
        partners = None if partner_ids is None else self.env["res.partner"].browse(partner_ids)
        return SQL(" UNION ALL ").join(
            SQL("(%s)", facts._worklist_sql(company, as_of, timezone, partners)) for company in self._seen_companies()
        )

    def _seen_companies(self):
        """Of the active companies those that belong to no other one of them: a root stands for its branches."""
        # sudo: to which company a branch belongs is no secret
        active = self.env.companies.sudo()
        return active.filtered(lambda company: not (company.parent_ids - company) & active).sudo(False)

    def _root_company(self):
        """The company that contacts, promises and blocks belong to, whoever works the row."""
        return self.company_id.sudo().root_id.sudo(False)  # sudo: as above

    def _read_group_select(self, aggregate_spec, query):
        """What a minute saves in a group is what all of them save / all minutes, not a mean of ratios."""
        if not aggregate_spec.startswith("minute_value:"):
            return super()._read_group_select(aggregate_spec, query)
        worth, minutes = (self._field_to_sql(self._table, name, query) for name in ("worth", "minutes"))
        return SQL("sum(%s) / NULLIF(sum(%s), 0)", worth, minutes)

    def fetch(self, field_names=None):
        """Of a few rows only their customers are computed: the number of a row tells whose it is."""
        few = self
        if 0 < len(self) <= FEW and "worklist_partner_ids" not in self.env.context:
            few = self.with_context(worklist_partner_ids=[number & PARTNER_MASK for number in self.ids])
        return super(CollectionWorklist, few).fetch(field_names)

    @api.model
    @api.readonly
    def web_search_read(self, domain, specification, offset=0, limit=None, order=None, count_limit=None):
        """The order of all rows is computed once, for the page and for their number; only the page is read."""
        found = self.search(domain, order=order)
        page = found[offset : offset + limit if limit else None]
        return {"length": len(found), "records": page.web_read(specification)}

    # ------------------------------------------------------------------
    # PORTFOLIO
    # ------------------------------------------------------------------

    @api.depends_context("uid")
    def _compute_is_mine(self):
        collectors = self.env["collection.substitution"]._collectors_of(self.env.user, fields.Date.context_today(self))
        for row in self:
            row.is_mine = row.collector_id in collectors

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        collectors = self.env["collection.substitution"]._collectors_of(self.env.user, fields.Date.context_today(self))
        mine = Domain("collector_id", "in", collectors.ids)
        return mine if True in value else ~mine
