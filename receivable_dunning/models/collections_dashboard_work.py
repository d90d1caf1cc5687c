from datetime import timedelta

from odoo import models

#: Promises of so many days ahead; rows of disputes and of the worklist.
DAYS_AHEAD, ROWS = 7, 5
#: States of notices in the order of the bar: what is done, what is to do, what did not reach the customer.
NOTICE_STATES = ("sent", "replied", "queued", "proposed", "failed", "bounced", "suppressed", "excluded")


class CollectionsDashboard(models.AbstractModel):
    """What is going on: promises, the newest round of reminders, disputes, whom to contact."""

    _inherit = "collections.dashboard"

    # ------------------------------------------------------------------
    # PROMISES
    # ------------------------------------------------------------------

    def _get_promises(self, company, days, today):
        """``{state: {count, amount}}`` of the promises for days of the period that were decided, in company currency;
        ``due``: the parts of open promises that are still to come by the next days, the late ones with them."""
        promises = self.env["receivable.promise"]
        if not promises.has_access("read"):
            return None
        aggregates = ["__count", "amount:sum_currency", "amount_kept:sum_currency"]
        decided = promises._read_group(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("kept", "partly", "broken")),
                ("date_promised", ">=", days.date_from),
                ("date_promised", "<=", days.date_to),
            ],
            ["state"],
            aggregates,
        )
        states = {state: {"count": count, "amount": amount} for state, count, amount, _kept in decided}
        promised = sum(amount for _state, _count, amount, _kept in decided)
        kept = sum(kept for *_rest, kept in decided)
        # by part: of a promise in instalments only what is promised by then
        [(count, amount, paid)] = self.env["receivable.promise.line"]._read_group(
            [
                ("company_id", "=", company.id),
                ("promise_id.state", "=", "open"),
                ("state", "=", "open"),
                ("date_promised", "<=", today + timedelta(days=DAYS_AHEAD)),
            ],
            [],
            aggregates,
        )
        nothing = {"count": 0, "amount": 0.0}
        return {
            "due": {"count": count, "amount": (amount or 0.0) - (paid or 0.0)},
            "until": today + timedelta(days=DAYS_AHEAD),
            **{state: states.get(state, nothing) for state in ("kept", "partly", "broken")},
            "kept_rate": kept / promised if promised else None,
        }

    # ------------------------------------------------------------------
    # REMINDERS
    # ------------------------------------------------------------------

    def _get_run(self, company):
        """The newest round of reminders and what became of its notices; ``None``: there was none that may be read."""
        runs = self.env["dunning.run"]
        if not runs.has_access("read"):
            return None
        run = runs.search([("company_id", "=", company.id), ("state", "!=", "cancelled")], limit=1)
        if not run:
            return None
        notices = self.env["dunning.notice"]
        labels = dict(notices._fields["state"]._description_selection(self.env))
        found = {
            state: (count, amount)
            for state, count, amount in notices._read_group(
                [("run_id", "=", run.id)], ["state"], ["__count", "amount_total:sum"]
            )
        }
        return {
            "id": run.id,
            "name": run.name,
            "date": run.date,
            "state": run.state,
            "state_label": dict(run._fields["state"]._description_selection(self.env))[run.state],
            "count": sum(count for count, _amount in found.values()),
            "amount": sum(amount for _count, amount in found.values()),
            "states": [
                {"key": state, "name": labels[state], "count": found[state][0], "amount": found[state][1]}
                for state in NOTICE_STATES
                if state in found
            ],
        }

    # ------------------------------------------------------------------
    # DISPUTES
    # ------------------------------------------------------------------

    def _get_disputes(self, company, today):
        """Open disputes, how many of them are past their deadline, and those that are longest past it."""
        disputes = self.env["receivable.dispute"]
        if not disputes.has_access("read"):
            return None
        is_open = [("company_id", "=", company.id), ("state", "=", "open")]
        missed = [*is_open, ("next_deadline", "<", today), ("waiting_since", "=", False)]
        totals = [
            disputes._read_group(domain, [], ["__count", "amount_company:sum"])[0] for domain in (is_open, missed)
        ]
        rows = disputes.search(missed, order="next_deadline, id", limit=ROWS)
        return {
            "open": {"count": totals[0][0], "amount": totals[0][1] or 0.0},
            "missed": {"count": totals[1][0], "amount": totals[1][1] or 0.0},
            "rows": [
                {
                    "id": row.id,
                    "name": row.name,
                    # sudo: the name of the customer is shown to whoever may see the dispute
                    "customer": row.sudo().partner_id.display_name,
                    "amount": row.amount_company,
                    "days": (today - row.next_deadline).days,
                    "owner": row.sudo().user_id.name or "",
                }
                for row in rows
            ],
        }

    # ------------------------------------------------------------------
    # WORKLIST
    # ------------------------------------------------------------------

    def _get_worklist(self, company):
        """Whom to contact first: what to do, why, and what can be claimed."""
        worklist = self.env["collection.worklist"]
        if not worklist.has_access("read"):
            return None
        rows = worklist.search([("company_id", "=", company.id), ("action", "!=", "none")], limit=ROWS)
        actions, reasons = (dict(rows._fields[name]._description_selection(self.env)) for name in ("action", "reason"))
        return [
            {
                "id": row.id,
                # sudo: the name of the customer is shown to whoever may see the worklist
                "name": row.sudo().partner_id.display_name,
                "action": actions.get(row.action, ""),
                "why": reasons.get(row.reason, ""),
                "amount": row.claim_amount,
            }
            for row in rows
        ]
