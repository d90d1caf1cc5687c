"""What a notice says: items, totals, salutation, bank accounts, in the language of its contact."""

from collections import defaultdict

from odoo import models
from odoo.tools import format_amount, format_date


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    def _claims(self):
        """Items that the notice claims, oldest first."""
        return self.line_ids.filtered(lambda line: not line.is_credit and not line.drop_reason)

    def _credits(self):
        """Credit notes and unallocated payments that the notice nets."""
        return self.line_ids.filtered(lambda line: line.is_credit and not line.drop_reason)

    def _totals(self):
        """``[(currency, overdue, credits, total)]`` in the currencies of the documents, all that is claimed."""
        self.ensure_one()
        sums = defaultdict(lambda: [0.0, 0.0, 0.0])
        for line in self._claims() | self._credits():
            sums[line.currency_id][line.is_credit] += line.residual_currency
        for _label, currency, amount in self._surcharges():
            sums[currency][2] += amount
        ordered = sorted(sums.items(), key=lambda pair: (pair[0] != self.currency_id, pair[0].name))
        return [(currency, due, credit, due + credit + more) for currency, (due, credit, more) in ordered]

    def _items_html(self):
        """The table of items that e-mails of every level show, in the language of the notice."""
        self.ensure_one()
        notice = self.with_context(lang=self.lang or self.env.lang)
        values = {
            "notice": notice,
            "format_date": lambda day: format_date(notice.env, day),
            "format_amount": lambda amount, currency: format_amount(notice.env, amount, currency),
        }
        return notice.env["ir.qweb"]._render("receivable_dunning.notice_items", values, minimal_qcontext=True)

    def _salutation(self):
        """The line a letter opens with, in the language of the notice."""
        self.ensure_one()
        return self.env._("Dear %(name)s,", name=self.contact_id.name or self.partner_id.name)

    def _channel_names(self):
        """The channels used, as people read them."""
        self.ensure_one()
        level = self.level_id
        channels = {
            self.env._("e-mail"): self.send_email,
            self.env._("letter"): self.send_letter,
            self.env._("call"): level.make_call,
            self.env._("visit"): level.make_visit,
        }
        return [name for name, used in channels.items() if used]
