"""How a dispute comes about, and that the disputed part is held back."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.ladder import SkipReason
from ..core.upload import is_what_it_says

MAX_NOTE, MAX_FILE_NAME = 4000, 120
MEGABYTE = 1024 * 1024


class ReceivableDispute(models.Model):
    _inherit = "receivable.dispute"

    @api.model
    def _open(self, item, amount, values):
        """Open a dispute of a journal item; the errors are in words fit for a customer.

        The caller has checked that whoever acts may do so with this item.

        :param item: an open receivable journal item of a customer
        :param float amount: in the currency of the item, at most what is open of it
        :param dict values: ``reason_id`` (id), and if known ``note``, ``contact_id``, ``channel``, ``user_id``,
            ``notice_id``, ``statement_line_id``, ``attachments`` (list of pairs of file name and bytes)
        :return: the dispute
        """
        # sudo: a customer, or who may not read the ledger, disputes; the item was chosen by the caller
        item = item.sudo().with_prefetch()
        item.ensure_one()
        amount = item.currency_id.round(amount or 0.0)
        reason = self.env["receivable.dispute.reason"].sudo().browse(values.get("reason_id") or []).exists()
        self._check_opening(item, amount, reason)
        files = values.get("attachments") or []
        self._check_files(item.company_id.root_id, files)
        dispute = self.sudo().create(self._prepare_opening(item, amount, reason, values))
        dispute._attach(files)
        dispute._tell_opened()
        return dispute.with_env(self.env)

    def _check_opening(self, item, amount, reason):
        """Whether the amount of the item can be disputed for the reason."""
        document, currency = item.move_id.name or item.name or "", item.currency_id
        if item.parent_state != "posted" or item.account_type != "asset_receivable" or not item.partner_id:
            raise UserError(self.env._("Only open items of a customer's account can be disputed."))
        if currency.compare_amounts(item.amount_residual_currency, 0.0) <= 0:
            raise UserError(self.env._("%(document)s is settled: nothing of it is left to dispute.", document=document))
        if currency.compare_amounts(amount, 0.0) <= 0:
            raise UserError(self.env._("Please say which amount of %(document)s you dispute.", document=document))
        if not reason or reason.company_id not in (item.company_id.root_id, reason.company_id.browse()):
            raise UserError(self.env._("Please choose what is wrong with %(document)s.", document=document))
        others = self.sudo().search([("move_line_id", "=", item.id), ("state", "=", "open")])
        same = others.filtered(lambda dispute: dispute.reason_id == reason)
        if same:
            raise UserError(
                self.env._(
                    "%(document)s is in dispute for this reason already: see %(number)s.",
                    document=document,
                    number=same.name,
                )
            )
        free = item.amount_residual_currency - sum(others.mapped("amount"))
        if currency.compare_amounts(amount, free) > 0:
            raise UserError(
                self.env._(
                    "At most %(amount)s of %(document)s can be disputed: the rest is paid or in dispute already.",
                    amount=currency.format(max(free, 0.0)),
                    document=document,
                )
            )

    def _prepare_opening(self, item, amount, reason, values):
        company, today = item.company_id.root_id, fields.Date.context_today(self)
        partner = item.partner_id.commercial_partner_id
        owner = (values.get("user_id") or self._default_owner(item, reason).id) or False
        return {
            "name": self.env["ir.sequence"].sudo().next_by_code("receivable.dispute", sequence_date=today) or "/",
            "company_id": company.id,
            "partner_id": partner.id,
            "contact_id": values.get("contact_id") or False,
            "channel": values.get("channel") or "other",
            "date": today,
            "opened_by": self.env.uid,
            "move_line_id": item.id,
            "move_id": item.move_id.id,
            "statement_line_id": values.get("statement_line_id") or False,
            "notice_id": values.get("notice_id") or False,
            "currency_id": item.currency_id.id,
            "amount_opened": amount,
            "reason_id": reason.id,
            "note": (values.get("note") or "").strip()[:MAX_NOTE] or False,
            "user_id": owner,
        }

    def _default_owner(self, item, reason):
        """Who looks into it: of the reason, else the salesperson, else whoever opens it; somebody of the house."""
        people = (
            reason.with_company(item.company_id.root_id).user_id,
            item.move_id.invoice_user_id,
            item.partner_id.commercial_partner_id.user_id,
            self.env.user,
        )
        return next((user for user in people if user.active and not user.share), self.env["res.users"])

    def _tell_opened(self):
        """A task for the owner, unless it is the owner who opens it; a note on the document."""
        self.ensure_one()
        if self.user_id and self.user_id != self.opened_by:
            self._schedule_for_owner(
                self.answer_deadline, self.env._("%(customer)s disputes an item", customer=self.partner_id.name)
            )
        self.move_id._message_log(
            body=self.env._(
                "%(amount)s in dispute: %(reason)s (%(number)s).",
                amount=self.currency_id.format(self.amount_opened),
                reason=self.reason_id.name,
                number=self.name,
            )
        )

    def _schedule_for_owner(self, deadline, summary):
        # sudo: work is given to the owner by whoever, or whatever, acts
        for dispute in self.sudo().filtered("user_id"):
            dispute.activity_schedule(
                "receivable_dunning.mail_activity_type_dispute",
                date_deadline=deadline,
                summary=summary,
                user_id=dispute.user_id.id,
            )

    # ------------------------------------------------------------------
    # FILES
    # ------------------------------------------------------------------

    def _check_files(self, company, files, already=0):
        """Refuse files of other kinds, sizes and numbers than the company takes, in words fit for a customer."""
        most, size = company.dispute_file_count, company.dispute_file_megabytes
        if files and already + len(files) > most:
            raise UserError(self.env._("At most %(count)s files can be sent with a dispute.", count=most))
        for name, content in files:
            if len(content) > size * MEGABYTE:
                raise UserError(
                    self.env._("%(name)s is larger than %(size)s MB: please send a smaller file.", name=name, size=size)
                )
            if not is_what_it_says(name or "", content):
                raise UserError(
                    self.env._(
                        "%(name)s is not a PDF, an image or an office document (without macros), or its name does not"
                        " say which: please send another file.",
                        name=name,
                    )
                )

    def _attach(self, files):
        """Keep checked files with the dispute; they count with those that are there."""
        self.ensure_one()
        # sudo: a customer may send files, but reads no attachments of the company
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {
                        "name": name.replace("\\", "/").rsplit("/", 1)[-1][-MAX_FILE_NAME:],
                        "raw": content,
                        "res_model": self._name,
                        "res_id": self.id,
                    }
                    for name, content in files
                ]
            )
        )

    def _attachments(self):
        """Files of the dispute, oldest first."""
        self.ensure_one()
        # sudo: whoever may read the dispute may read what was sent with it
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        return self.env["ir.attachment"].sudo().search(domain, order="id")

    # ------------------------------------------------------------------
    # WHAT IS HELD BACK
    # ------------------------------------------------------------------

    def _stood_sql(self, as_of):
        """Disputed part of the row ``item`` at the end of a day, in company currency; NULL for none."""
        return SQL(
            """
            (SELECT CASE WHEN count(*) > 0
                         THEN LEAST(sum(dispute.amount_opened), item.residual_currency)
                              * (item.residual / NULLIF(item.residual_currency, 0)) END
               FROM receivable_dispute dispute
              WHERE dispute.move_line_id = item.line_id AND item.residual > 0 AND dispute.date <= %(as_of)s
                AND (dispute.closed_on IS NULL OR dispute.closed_on > %(as_of)s))
            """,
            as_of=as_of,
            to_flush=[self._fields[name] for name in ("date", "closed_on", "amount_opened", "move_line_id")],
        )

    def _held_sql(self, company):
        """Disputed parts of ``item``, in company currency: see ``dunning.facts``."""
        return SQL(
            """
            SELECT item.line_id,
                   LEAST(dispute.amount_opened, item.residual_currency)
                       * (item.residual / NULLIF(item.residual_currency, 0)) AS amount,
                   %(reason)s AS reason
              FROM receivable_dispute dispute
              JOIN item ON item.line_id = dispute.move_line_id
             WHERE dispute.state = 'open' AND dispute.company_id = %(company)s AND item.residual > 0
            """,
            reason=str(SkipReason.DISPUTED),
            company=company.id,
            to_flush=[self._fields[name] for name in ("state", "amount_opened", "move_line_id")],
        )
