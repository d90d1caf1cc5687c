from odoo import fields, models
from odoo.tools import SQL

KINDS = [
    ("contact", "Conversation"),
    ("reminder", "Reminder"),
    ("reply", "Reply to a Reminder"),
    ("statement", "Statement"),
    ("answer", "Answer to a Statement"),
    ("promise", "Promise"),
    ("dispute", "Dispute"),
]
CHANNELS = [
    ("phone", "Call"),
    ("visit", "Visit"),
    ("email", "E-mail"),
    ("letter", "Letter"),
    ("meeting", "Meeting"),
    ("portal", "Portal"),
    ("other", "Other"),
]
STATES = [
    ("sent", "Sent"),
    ("replied", "Replied"),
    ("bounced", "Came Back"),
    ("suppressed", "Suppressed"),
    ("failed", "Failed"),
    ("agreed", "Agreed"),
    ("disputed", "Differences"),
    ("open", "Open"),
    ("kept", "Kept"),
    ("partly", "In Part"),
    ("broken", "Broken"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
    ("withdrawn", "Withdrawn"),
    ("cancelled", "Cancelled"),
]
# Where each kind of row is found.
MODELS = {
    "contact": "collection.contact",
    "reminder": "dunning.notice",
    "reply": "dunning.block",
    "statement": "receivable.statement",
    "answer": "receivable.statement",
    "promise": "receivable.promise",
    "dispute": "receivable.dispute",
}


class CollectionLog(models.Model):
    """Everything that was said and sent, by day: one list of contacts, reminders, statements, promises, answers."""

    _name = "collection.log"
    _description = "Contact Log"
    _auto = False
    _order = "date DESC, id DESC"
    _rec_name = "kind"

    date = fields.Datetime(readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    contact_id = fields.Many2one("res.partner", string="Contact Person", readonly=True)
    outcome_id = fields.Many2one("collection.outcome", readonly=True)
    level_id = fields.Many2one("dunning.level", readonly=True)
    state = fields.Selection(STATES, readonly=True, help="What became of it by now.")
    text = fields.Char(string="What", readonly=True, help="Note, reason or number, in the words of the document.")
    amount = fields.Monetary(readonly=True, aggregator=None, help="Claimed, promised, disputed or stated.")
    res_id = fields.Integer(string="Document", readonly=True, aggregator=None)

    @property
    def _table_query(self):
        for name in sorted(set(MODELS.values())):
            self.env[name].flush_model()
        # eight kinds apart: the numbers of the rows are those of their documents
        return SQL(
            """
            SELECT id::bigint * 8 AS id, id AS res_id, 'contact' AS kind, date, channel, partner_id, company_id,
                   NULL::int AS currency_id, user_id, contact_id, outcome_id, NULL::int AS level_id,
                   NULL AS state, note AS text, NULL::numeric AS amount
              FROM collection_contact
             WHERE state = 'done'
             UNION ALL
            SELECT notice.id::bigint * 8 + 1, notice.id, 'reminder', notice.sent_date,
                   CASE WHEN notice.send_email THEN 'email' WHEN notice.send_letter THEN 'letter' ELSE 'phone' END,
                   notice.partner_id, notice.company_id, company.currency_id, run.user_id, notice.contact_id, NULL,
                   notice.level_id, notice.state, NULL, notice.amount_total
              FROM dunning_notice notice
              JOIN dunning_run run ON run.id = notice.run_id
              JOIN res_company company ON company.id = notice.company_id
             WHERE notice.sent_date IS NOT NULL
             UNION ALL
            SELECT id::bigint * 8 + 2, id, 'reply', date_from, 'email', partner_id, company_id, NULL, NULL, NULL, NULL,
                   NULL, NULL, reason, NULL
              FROM dunning_block
             WHERE kind = 'reply'
             UNION ALL
            SELECT statement.id::bigint * 8 + 3, statement.id, 'statement', statement.sent_date, 'email',
                   statement.partner_id, statement.company_id, company.currency_id, statement.user_id,
                   statement.contact_id, NULL, NULL, statement.state, NULL, statement.amount_total
              FROM receivable_statement statement
              JOIN res_company company ON company.id = statement.company_id
             WHERE statement.sent_date IS NOT NULL
             UNION ALL
            SELECT statement.id::bigint * 8 + 4, statement.id, 'answer', statement.answer_date,
                   CASE WHEN statement.answer_via = 'staff' THEN 'other' ELSE 'portal' END, statement.partner_id,
                   statement.company_id, company.currency_id, NULL, statement.answer_partner_id, NULL, NULL,
                   statement.state, concat_ws(': ', statement.answer_name, statement.answer_note),
                   statement.amount_total
              FROM receivable_statement statement
              JOIN res_company company ON company.id = statement.company_id
             WHERE statement.answer_date IS NOT NULL
             UNION ALL
            SELECT id::bigint * 8 + 5, id, 'promise', date, channel, partner_id, company_id, currency_id, user_id,
                   contact_id, NULL, NULL, state, name, amount
              FROM receivable_promise
             UNION ALL
            SELECT id::bigint * 8 + 6, id, 'dispute', date, channel, partner_id, company_id, currency_id, opened_by,
                   contact_id, NULL, NULL, state, name, amount_opened
              FROM receivable_dispute
            """
        )

    def action_open(self):
        """The document of the row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": MODELS[self.kind],
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
