"""Approval, the entry, its reversal, and the movement of the allowance account."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..core.ecl import booking_difference
from .ecl_movement import KINDS


class EclRun(models.Model):
    _inherit = "ecl.run"

    # ------------------------------------------------------------------
    # APPROVE
    # ------------------------------------------------------------------

    def action_approve(self):
        """Take the figures as those to be booked."""
        self._begin("manager", "computed")
        for run in self:
            if run.unknown_count:
                raise UserError(
                    self.env._(
                        "%(count)s buckets hold something and have not enough history: enter their rates by hand,"
                        " with the reason.",
                        count=run.unknown_count,
                    )
                )
            if run.company_id.ecl_four_eyes and run.computed_by == self.env.user and not self.env.su:
                raise UserError(self.env._("You computed this run: somebody else has to approve it (four eyes)."))
        self._sign(state="approved", approved_by=self.env.uid, approved_on=fields.Datetime.now())

    # ------------------------------------------------------------------
    # POST
    # ------------------------------------------------------------------

    def action_post(self):
        """Book the allowance."""
        self._begin("manager", "approved")
        for run in self:
            run._check_can_post()
            run._post_allowance()
            # sudo: figures, see action_compute
            run.sudo()._write_movement()

    def _check_can_post(self):
        company = self.company_id
        if not company.ecl_allowance_account_id or not company.ecl_expense_account_id:
            raise UserError(
                self.env._("Choose the allowance account and the impairment loss account in the settings, Collections.")
            )
        later = self.search_count(
            [("company_id", "=", company.id), ("date", ">=", self.date), ("state", "=", "posted")], limit=1
        )
        if later:
            raise UserError(
                self.env._(
                    "A run of the same or a later day is booked already: reverse it first, or compute a later day."
                )
            )
        company._refuse_locked_date(self.date, company._ecl_journal())
        now = self._receivable_in_ledger()
        if self.currency_id.compare_amounts(now, self.receivable):
            raise UserError(
                self.env._(
                    "The receivables of %(date)s were %(before)s when the run was computed and are %(now)s by now: set"
                    " it back to draft and compute it again.",
                    date=self.date,
                    before=self.currency_id.format(self.receivable),
                    now=self.currency_id.format(now),
                )
            )

    def _post_allowance(self):
        company = self.company_id
        company._note_allowance(self.date)
        taken_back = self.env["account.move"]
        if company.ecl_posting == "full":
            # the runs are of one company each: the loop is over the days that somebody books at once
            previous = self.search(
                [("company_id", "=", company.id), ("date", "<", self.date), ("state", "=", "posted")], limit=1
            )
            ref = self.env._("Allowance taken back: %(run)s", run=previous.name)
            taken_back = self._take_back(previous.move_id, self.date, ref)
        booked = self._allowance_in_ledger(self.date)
        amount = self.currency_id.round(booking_difference(self.allowance, booked))
        move = self._book(amount) if amount else self.env["account.move"]
        self._sign(
            state="posted",
            posted_by=self.env.uid,
            posted_on=fields.Datetime.now(),
            move_id=move.id,
            reversed_move_id=taken_back.id,
            booked=booked,
        )
        if not move:
            self.message_post(
                body=self.env._("The allowance account shows the expected loss already: nothing to book.")
            )

    def _book(self, amount):
        """One entry: what is added goes to the impairment loss, what is released to the release account."""
        company = self.company_id
        other = company.ecl_expense_account_id
        if amount < 0:
            other = company.ecl_release_account_id or other
        ref = self.env._("Expected credit loss as of %(date)s", date=self.date)
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "entry",
                    "company_id": company.id,
                    "journal_id": company._ecl_journal().id,
                    "date": self.date,
                    "ref": ref,
                    "line_ids": [
                        Command.create({"account_id": other.id, "balance": amount, "name": ref}),
                        Command.create(
                            {"account_id": company.ecl_allowance_account_id.id, "balance": -amount, "name": ref}
                        ),
                    ],
                }
            )
        )
        move._post(soft=False)
        return move

    def _take_back(self, moves, date, ref):
        """Posted reversals of entries, on a date."""
        standing = moves.filtered(lambda move: move.state == "posted")
        reversals = standing._reverse_moves([{"date": date, "ref": ref} for _move in standing])
        if reversals:
            reversals._post(soft=False)
        return reversals

    # ------------------------------------------------------------------
    # REVERSE
    # ------------------------------------------------------------------

    def action_reverse(self):
        """Ask for the date and the reason, then take the entry back."""
        self._begin("manager", "posted")
        self.ensure_one()
        return self.env["receivable.loss.reversal"]._ask(self)

    def _reverse(self, date, reason):
        self._begin("manager", "posted")
        self.ensure_one()
        later = self.search_count(
            [("company_id", "=", self.company_id.id), ("date", ">", self.date), ("state", "=", "posted")], limit=1
        )
        if later:
            raise UserError(self.env._("A later run is booked: reverse it first, the newest comes first."))
        self.company_id._refuse_locked_date(date, self.company_id._ecl_journal())
        self.company_id._note_allowance(self.previous_run_id.date)
        moves = self.move_id | self.reversed_move_id
        reversals = self._take_back(moves, date, self.env._("Reversal: %(reason)s", reason=reason))
        self._sign(state="reversed", reversal_move_ids=[Command.set(reversals.ids)], reversal_reason=reason)
        self.message_post(body=self.env._("Reversed: %(reason)s", reason=reason))

    # ------------------------------------------------------------------
    # LEDGER
    # ------------------------------------------------------------------

    def _ledger_balance(self, domain, date):
        [(balance,)] = (
            self.env["account.move.line"]
            # sudo: the whole tree of the root counts, as everywhere; the group was checked
            .sudo()
            ._read_group(
                [
                    ("company_id", "child_of", self.company_id.id),
                    ("parent_state", "=", "posted"),
                    ("date", "<=", date),
                    *domain,
                ],
                [],
                ["balance:sum"],
            )
        )
        return self.currency_id.round(balance)

    def _receivable_in_ledger(self):
        """Balance of the receivable accounts on the day."""
        accounts = self.env["receivable.ledger"]._receivable_account_ids()
        return self._ledger_balance([("account_id", "in", accounts)], self.date)

    def _allowance_in_ledger(self, date):
        """What the allowance account shows at the end of a day; positive is an allowance."""
        return -self._ledger_balance([("account_id", "=", self.company_id.ecl_allowance_account_id.id)], date)

    # ------------------------------------------------------------------
    # MOVEMENT
    # ------------------------------------------------------------------

    def _period(self):
        """``(day before the first day, last day)``: since the run before, else since the beginning of the year."""
        begin = self.previous_run_id.date
        if not begin:
            begin = self.company_id.compute_fiscalyear_dates(self.date)["date_from"] - timedelta(days=1)
        return begin, self.date

    def _period_lines(self):
        """Entries of the allowance account in the period."""
        begin, end = self._period()
        # sudo: see _ledger_balance
        return (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("company_id", "child_of", self.company_id.id),
                    ("parent_state", "=", "posted"),
                    ("account_id", "=", self.company_id.ecl_allowance_account_id.id),
                    ("date", ">", begin),
                    ("date", "<=", end),
                ]
            )
        )

    def _lines_by_kind(self):
        """``{kind: entries of the allowance account}`` in the period."""
        lines = self._period_lines()
        runs = self.search([("company_id", "=", self.company_id.id), ("state", "in", ("posted", "reversed"))])
        own = runs.move_id | runs.reversed_move_id | runs.reversal_move_ids
        accounts = set(self.env["receivable.ledger"]._receivable_account_ids())
        with_customers = lines.move_id.filtered(lambda move: accounts & set(move.line_ids.account_id.ids))
        # sudo: which journal takes exchange differences is no secret
        exchange = self.company_id.sudo().currency_exchange_journal_id

        def kind(line):
            if line.move_id in own:
                return "released" if line.balance > 0 else "added"
            if exchange and line.journal_id == exchange:
                return "exchange"
            if line.move_id in with_customers:
                return "used" if line.balance > 0 else "recovered"
            return "other"

        return lines.grouped(kind)

    def _movement_lines(self, kind):
        self.ensure_one()
        return self._lines_by_kind().get(kind, self.env["account.move.line"])

    def _write_movement(self):
        """The movement table, from the general ledger: its lines add up to the allowance account."""
        self.movement_ids.unlink()
        if not self.company_id.ecl_allowance_account_id:
            return
        begin, end = self._period()
        by_kind = self._lines_by_kind()
        amounts = {kind: -sum(lines.mapped("balance")) for kind, lines in by_kind.items()}
        amounts["opening"] = self._allowance_in_ledger(begin)
        amounts["closing"] = self._allowance_in_ledger(end)
        self.env["ecl.movement"].create(
            [
                {
                    "run_id": self.id,
                    "sequence": place,
                    "kind": kind,
                    "amount": self.currency_id.round(amounts.get(kind, 0.0)),
                    "date_from": begin + timedelta(days=1),
                    "date_to": end,
                }
                for place, (kind, _label) in enumerate(KINDS)
            ]
        )
        if self.state in ("draft", "computed", "approved"):
            self.write({"booked": amounts["closing"]})
