from dataclasses import dataclass
from datetime import date, datetime

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

AGING_CONTEXT = ("as_of", "date_basis", "bucket_scheme_id")
DATE_BASES = [("due", "Due Date"), ("invoice", "Invoice Date")]


@dataclass(frozen=True, slots=True)
class AgingParameters:
    """As of which date, from which date on the age counts, in which buckets."""

    as_of: date
    date_basis: str
    scheme: models.BaseModel


def in_context(field_class, *args, **kwargs):
    """A field whose value depends on the aging parameters: the same item ages differently from date to date."""
    return field_class(*args, readonly=True, depends_context=AGING_CONTEXT, **kwargs)


class ReceivableAging(models.Model):
    """Open items with their age, one row per journal item (so per instalment), as of any date.

    The context chooses: ``as_of`` (date or ISO text, default today), ``date_basis`` (``due`` or ``invoice``),
    ``bucket_scheme_id`` (default: the company's). The rows are those of ``receivable.ledger``: they add up to the
    balance of the receivable accounts on that date.
    """

    _name = "receivable.aging"
    _description = "Aged Receivables"
    _auto = False
    _rec_name = "move_id"
    _order = "date_maturity, id"

    move_line_id = fields.Many2one("account.move.line", string="Journal Item", readonly=True)
    move_id = fields.Many2one("account.move", string="Document", readonly=True)
    move_type = fields.Selection(
        selection=lambda self: self.env["account.move"]._fields["move_type"]._description_selection(self.env),
        string="Document Type",
        readonly=True,
    )
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True, help="Contact on the document.")
    commercial_partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, help="The company that the contact belongs to."
    )
    country_id = fields.Many2one("res.country", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True, help="Salesperson on the document.")
    company_id = fields.Many2one("res.company", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    date = fields.Date(string="Accounting Date", readonly=True)
    date_maturity = fields.Date(string="Due Date", readonly=True)
    age = in_context(
        fields.Integer,
        string="Age (Days)",
        aggregator="max",
        help="Days from the due date (or the invoice date, as chosen) to the date of the report. Zero or less: not due."
        " In groups: the oldest.",
    )
    bucket_id = in_context(fields.Many2one, "receivable.bucket", string="Bucket")
    amount_residual = in_context(
        fields.Monetary,
        string="Open Amount",
        currency_field="company_currency_id",
        help="What was open on the date of the report, in the currency of the company. Credits are negative.",
    )
    amount_residual_currency = in_context(
        fields.Monetary,
        string="Open in Currency",
        currency_field="currency_id",
        aggregator=None,
        help="What was open on the date of the report, in the currency of the document.",
    )
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    is_blocked = fields.Boolean(
        string="Blocked", readonly=True, help="The payment of the document is blocked today, for instance in dispute."
    )
    is_held = in_context(
        fields.Boolean,
        string="Dunning Block",
        help="A dunning block of the customer, the document or the instalment stood on the date of the report.",
    )
    dunning_level = in_context(
        fields.Integer,
        string="Last Level",
        aggregator="max",
        help="Highest level at which the item was reminded by the date of the report. Empty: never.",
    )
    amount_disputed = in_context(
        fields.Monetary,
        string="In Dispute",
        currency_field="company_currency_id",
        help="Part of the open amount that was in dispute on the date of the report, in the currency of the company.",
    )
    in_payment = in_context(
        fields.Boolean,
        string="In Payment",
        help="A payment without journal entry is under way: the item is still in the ledger, but not to be claimed.",
    )

    # ------------------------------------------------------------------
    # PARAMETERS
    # ------------------------------------------------------------------

    def _aging_parameters(self):
        """What the context asks for; raises on what it cannot mean."""
        return AgingParameters(self._context_as_of(), self._context_date_basis(), self._context_scheme())

    def _context_as_of(self):
        value = self.env.context.get("as_of")
        if value in (None, False, ""):
            return fields.Date.context_today(self)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise UserError(
                self.env._("“%(value)s” is not a date for aged receivables: write it like 2026-12-31.", value=value)
            ) from None

    def _context_date_basis(self):
        value = self.env.context.get("date_basis") or "due"
        if not isinstance(value, str) or value not in dict(DATE_BASES):
            raise UserError(
                self.env._(
                    "Aging counts from the due date (due) or the invoice date (invoice), not “%(value)s”.", value=value
                )
            )
        return value

    def _context_scheme(self):
        Scheme = self.env["receivable.bucket.scheme"]
        value = self.env.context.get("bucket_scheme_id")
        if not value:
            return Scheme._get_default(self.env.companies)
        # search instead of browse: the record rule says whose scheme it is
        scheme = Scheme.with_context(active_test=False).search([("id", "=", value)]) if type(value) is int else Scheme
        if not scheme:
            raise UserError(
                self.env._("The chosen aging buckets do not exist or belong to another company: choose them again.")
            )
        return scheme

    # ------------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------------

    @property
    def _table_query(self):
        """One statement for whatever is asked.

        The joins are outer ones on primary keys: PostgreSQL leaves out those whose columns nobody asked for. An
        invoice carries its contact on the document and the commercial partner on the item; an entry only the item's.
        """
        parameters = self._aging_parameters()
        basis = {
            "due": SQL("item.date_maturity"),
            "invoice": SQL("COALESCE(move.invoice_date, item.date)"),
        }[parameters.date_basis]
        age = SQL("(%s::date - %s)", parameters.as_of, basis)
        return SQL(
            """
            SELECT item.line_id AS id, item.line_id AS move_line_id, item.move_id, move.move_type,
                   COALESCE(document_contact.id, contact.id) AS partner_id,
                   item.partner_id AS commercial_partner_id,
                   COALESCE(document_contact.country_id, contact.country_id, customer.country_id) AS country_id,
                   move.invoice_user_id AS user_id, item.company_id, item.account_id, item.date, item.date_maturity,
                   %(age)s AS age, %(bucket)s AS bucket_id,
                   item.residual AS amount_residual, item.residual_currency AS amount_residual_currency,
                   company.currency_id AS company_currency_id, item.currency_id,
                   COALESCE(move.payment_state = 'blocked', FALSE) AS is_blocked, item.in_payment,
                   %(is_held)s AS is_held, %(dunning_level)s AS dunning_level,
                   %(amount_disputed)s AS amount_disputed
              FROM (%(open_items)s) item
              LEFT JOIN account_move move ON move.id = item.move_id
              LEFT JOIN res_partner document_contact
                     ON document_contact.id = move.partner_id AND move.move_type <> 'entry'
              LEFT JOIN res_partner contact ON contact.id = item.contact_id
              LEFT JOIN res_partner customer ON customer.id = item.partner_id
              LEFT JOIN res_company company ON company.id = item.company_id
            """,
            age=age,
            bucket=parameters.scheme._bucket_id_sql(age),
            open_items=self.env["receivable.ledger"]._open_items_sql(parameters.as_of),
            is_held=self.env["dunning.block"]._stood_sql(parameters.as_of),
            dunning_level=self.env["dunning.notice.line"]._reached_sql(parameters.as_of),
            amount_disputed=self.env["receivable.dispute"]._stood_sql(parameters.as_of),
            to_flush=self._joined_fields(),
        )

    def _joined_fields(self):
        """What the statement reads beside the ledger; the ORM flushes it first."""
        move = self.env["account.move"]._fields
        return [
            *(move[name] for name in ("move_type", "partner_id", "invoice_date", "invoice_user_id", "payment_state")),
            self.env["res.partner"]._fields["country_id"],
            self.env["res.company"]._fields["currency_id"],
        ]

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open_document(self):
        """The document of the item: invoice, credit note, payment or journal entry."""
        self.ensure_one()
        move = self.move_id
        document = move.origin_payment_id or move
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "views": [(False, "form")],
        }
