from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command


class CollectionCase(models.Model):
    """The demand letter: what it says, the PDF, the e-mail."""

    _inherit = "collection.case"

    def action_print_demand(self):
        return self.env.ref("receivable_dunning.action_report_collection_demand").report_action(self)

    def _letter_title(self):
        """In the language of the case: a lawyer's letter is only what a lawyer signs."""
        self.ensure_one()
        if self.kind == "lawyer":
            return self.env._("Letter of Demand by Counsel")
        return self.env._("Formal Demand for Payment")

    def _salutation(self):
        self.ensure_one()
        return self.env._("Dear %(name)s,", name=self.contact_id.name or self.partner_id.name)

    def _letter_totals(self):
        """``[(currency, items, interest, costs, total)]``; costs until the letter are claimed in company currency."""
        self.ensure_one()
        costs = self.event_ids.filtered(
            lambda event: event.is_claimed and not event.is_void
            and (not self.date_demand or event.date <= self.date_demand)
        )  # fmt: skip
        own = self.currency_id
        sums = {currency: [0.0, 0.0, 0.0] for currency in self.line_ids.currency_id}
        for line in self.line_ids:
            sums[line.currency_id][0] += line.amount_claimed
            sums[line.currency_id][1] += line.interest
        if any(costs.mapped("cost")):
            sums.setdefault(own, [0.0, 0.0, 0.0])[2] += sum(costs.mapped("cost"))
        ordered = sorted(sums.items(), key=lambda pair: (pair[0] != own, pair[0].name))
        return [(currency, *amounts, currency.round(sum(amounts))) for currency, amounts in ordered]

    def _attach_demand(self, event, send_email):
        """Keep the letter as it went out, with the event; e-mail it if asked for. Without a renderer it is a page."""
        self.ensure_one()
        if self.kind == "lawyer" and not self.counsel_id:
            raise UserError(self.env._("Choose the lawyer first: a letter by counsel bears the counsel's name."))
        attachment = self.env["ir.attachment"]._keep_report(
            self, "receivable_dunning.report_collection_demand", self.name
        )
        event.sudo().attachment_ids = [Command.link(attachment.id)]
        localized = self.with_context(lang=self.lang or self.env.lang)
        if send_email:
            body = localized.env._(
                "%(greeting)s please find our demand for payment attached.", greeting=localized._salutation()
            )
            self.message_post(
                body=Markup("<p>%s</p>") % body,
                subject=localized.env._("%(title)s %(number)s", title=localized._letter_title(), number=self.name),
                partner_ids=self.contact_id.ids,
                attachment_ids=attachment.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        else:
            self.message_post(body=self.env._("Demand letter"), attachment_ids=attachment.ids)
