"""What is promised, disputed, blocked and sent along with a contact, and what the form shows of the account."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

# The day that is proposed for a promise.
PROMISE_DAYS = 7


class CollectionContact(models.Model):
    _inherit = "collection.contact"

    opens = fields.Selection(related="outcome_id.opens")
    block_until = fields.Date(
        string="No Reminders until",
        compute="_compute_block_until",
        store=True,
        readonly=False,
        precompute=True,
        help="Last day without reminders. Empty: reminders go on.",
    )
    promise_currency_id = fields.Many2one("res.currency", compute="_compute_promise", store=True, precompute=True)
    promise_amount = fields.Monetary(
        string="Promised",
        currency_field="promise_currency_id",
        compute="_compute_promise",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        help="It is for the items due first. Several days or other items: enter the promise on the open items.",
    )
    promise_date = fields.Date(
        string="Promised for", compute="_compute_promise", store=True, readonly=False, precompute=True
    )
    promise_id = fields.Many2one("receivable.promise", readonly=True, copy=False, index="btree_not_null")
    dispute_item_id = fields.Many2one(
        "account.move.line",
        string="Disputed Item",
        index="btree_not_null",
        ondelete="set null",
        domain="[('partner_id.commercial_partner_id', '=', partner_id), ('account_type', '=', 'asset_receivable'),"
        " ('parent_state', '=', 'posted'), ('amount_residual', '>', 0), ('company_id', 'child_of', company_id)]",
    )
    dispute_currency_id = fields.Many2one(related="dispute_item_id.currency_id")
    dispute_amount = fields.Monetary(
        string="Disputed",
        currency_field="dispute_currency_id",
        compute="_compute_dispute_amount",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
    )
    dispute_reason_id = fields.Many2one("receivable.dispute.reason", index="btree_not_null", ondelete="set null")
    dispute_id = fields.Many2one("receivable.dispute", readonly=True, copy=False, index="btree_not_null")
    mail_message_id = fields.Many2one(
        "mail.message",
        string="E-mail",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="receivable_dunning.group_collections_user",
    )

    # what the form shows
    sentence = fields.Char(
        compute="_compute_account",
        groups="receivable_dunning.group_collections_user",
        help="Why the customer is on the worklist.",
    )
    script = fields.Html(compute="_compute_account", sanitize=False, groups="receivable_dunning.group_collections_user")
    claim_amount = fields.Monetary(
        string="To Claim", compute="_compute_account", groups="receivable_dunning.group_collections_user"
    )
    overdue_amount = fields.Monetary(
        string="Overdue", compute="_compute_account", groups="receivable_dunning.group_collections_user"
    )
    item_ids = fields.Many2many(
        "receivable.aging",
        string="Open Items",
        compute="_compute_item_ids",
        groups="receivable_dunning.group_collections_user",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("outcome_id")
    def _compute_block_until(self):
        today = fields.Date.context_today(self)
        for contact in self:
            days = contact.outcome_id.block_days
            contact.block_until = days and today + timedelta(days=days - 1)

    @api.depends("outcome_id", "partner_id")
    def _compute_promise(self):
        """All that is overdue and not promised yet, for a week from now; to be changed."""
        today = fields.Date.context_today(self)
        for contact in self:
            promises = contact.outcome_id.opens == "promise"
            items = contact._promisable_items() if promises else contact.env["account.move.line"]
            available = self.env["receivable.promise"]._available(items) if items else {}
            overdue = items.filtered(lambda item: (item.date_maturity or item.date) < today) or items
            contact.promise_currency_id = items.currency_id
            contact.promise_amount = sum(available[item.id] for item in overdue)
            contact.promise_date = today + timedelta(days=PROMISE_DAYS) if promises else False

    @api.depends("dispute_item_id")
    def _compute_dispute_amount(self):
        for contact in self:
            contact.dispute_amount = contact.dispute_item_id.amount_residual_currency

    @api.depends("partner_id", "company_id", "channel", "contact_id")
    def _compute_account(self):
        rows = self._worklist_rows()
        scripts = self.env["collection.script"]
        for contact in self:
            due = rows.get((contact.company_id, contact.partner_id), self.env["collection.worklist"])
            level = max(due.mapped("level_number"), default=0)
            script = scripts._for_level(contact.company_id, contact.channel, level)
            person = contact.contact_id or contact.partner_id
            contact.sentence = " ".join(due.mapped("sentence"))
            contact.claim_amount = sum(due.mapped("claim_amount"))
            contact.overdue_amount = sum(due.mapped("overdue_amount"))
            contact.script = script._render(due, person, self.env.user) if script and person else False

    def _worklist_rows(self):
        """``{(company, customer): rows}`` of the worklist, of these customers only: who works in several branches talks
        about what is owed to all of them."""
        customers = self.partner_id
        if not customers:
            return {}
        rows = self.env["collection.worklist"].with_context(worklist_partner_ids=customers.ids)
        found = rows.search([("partner_id", "in", customers.ids)])
        return found.grouped(lambda row: (row._root_company(), row.partner_id))

    @api.depends("partner_id", "company_id")
    def _compute_item_ids(self):
        for contact in self:
            contact.item_ids = self.env["receivable.aging"].search(
                [
                    ("commercial_partner_id", "=", contact.partner_id.id),
                    ("company_id", "child_of", contact.company_id.id),
                ]
            )

    # ------------------------------------------------------------------
    # ITEMS
    # ------------------------------------------------------------------

    def _open_items(self):
        """What the customer owes to the company, due first."""
        self.ensure_one()
        return self.env["account.move.line"].search(
            [
                # a subsidiary below the customer is a customer of its own
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
                ("company_id", "child_of", self.company_id.id),
                # also where stored fields are computed, as superuser: who works in a branch collects for the branch
                ("company_id", "in", self.env.companies.ids),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual", ">", 0),
            ],
            order="date_maturity, id",
        )

    def _promisable_items(self):
        """Open items in the currency in which most is owed, without those of a payment plan."""
        items = self._open_items()
        # sudo: which items a plan holds is compared, not shown
        items -= self.env["receivable.payment.plan"].sudo()._standing_plans(items).item_ids.move_line_id.sudo(False)
        groups = items.grouped("currency_id").values()
        return max(groups, key=lambda group: sum(group.mapped("amount_residual")), default=items)

    def _check_own_item(self):
        if self.dispute_item_id not in self._open_items():
            raise UserError(self.env._("The item is settled, or belongs to another customer: choose another one."))

    # ------------------------------------------------------------------
    # SEND
    # ------------------------------------------------------------------

    def _check_address(self):
        if "@" not in (self.contact_id.email or ""):
            raise UserError(
                self.env._(
                    "%(contact)s has no e-mail address: enter one, or choose another contact person.",
                    contact=self.contact_id.name,
                )
            )

    def _send_statement(self, today):
        """A statement of account to the person one talked to, queued."""
        self._check_address()
        # sudo: whoever talks to customers lets them have their statement; accountants make them otherwise
        statement = self.env["receivable.statement"].sudo().create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "contact_id": self.contact_id.id,
                "user_id": self.user_id.id,
                "date": today,
            }
        )  # fmt: skip
        statement.action_send()

    def _send_invoices(self, today):
        """The overdue invoices with their PDFs, to the person one talked to."""
        self._check_address()
        invoices = self._open_items().filtered(lambda item: (item.date_maturity or item.date) <= today).move_id
        invoices = invoices.filtered(lambda move: move.is_invoice())
        if not invoices:
            raise UserError(self.env._("No invoice is due: there is nothing to send copies of."))
        pdfs = self._invoice_pdfs(invoices)
        template = self.env.ref("receivable_dunning.mail_template_invoice_copies")
        # sudo: the mail queue belongs to the system
        mail = template.sudo().send_mail_batch(self.ids).sudo()
        mail.attachment_ids = [Command.link(pdf.id) for pdf in pdfs]
        self.sudo().mail_message_id = mail.mail_message_id  # sudo: written once, by the step that sends it

    def _invoice_pdfs(self, invoices):
        """The PDFs of invoices as they were sent; of those never sent a fresh one."""
        # sudo: the customer's own documents go to the customer; whoever talks to customers may send them
        invoices, report = invoices.sudo(), self.env["ir.actions.report"].sudo()
        missing = invoices.filtered(lambda move: not move.invoice_pdf_report_id)
        if missing and not report._can_print():
            raise UserError(
                self.env._(
                    "There is no PDF of %(documents)s yet, and this system has no PDF renderer (wkhtmltopdf).",
                    documents=", ".join(missing.mapped("name")),
                )
            )
        fresh = self.env["ir.attachment"].sudo().create(
            [
                {
                    "name": move._get_invoice_report_filename(),
                    "raw": report._render_qweb_pdf("account.account_invoices", move.ids)[0],
                    "res_model": self._name,
                    "res_id": self.id,
                    "mimetype": "application/pdf",
                }
                for move in missing
            ]
        )  # fmt: skip
        return invoices.invoice_pdf_report_id | fresh
