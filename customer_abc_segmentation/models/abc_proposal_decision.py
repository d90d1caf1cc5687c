import json
from collections import defaultdict

from odoo import Command, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..core.proposal import ALREADY, APPLY, CHANGED, acceptance, withdrawal

GONE = "gone"


class AbcProposal(models.Model):
    """Accepting, rejecting and taking back: the only ways to change a proposal.

    Whoever accepts writes the customer with the own rights, in the company of the policy. The present values are read
    in one statement per field; who has another value than the proposal knew is left alone and the proposal is closed.
    """

    _inherit = "abc.proposal"

    # ------------------------------------------------------------------
    # DECISIONS
    # ------------------------------------------------------------------

    def _check_may_decide(self):
        self.check_access("read")
        if not self.env.user.has_group("customer_abc_segmentation.group_segmentation_manager"):
            raise AccessError(self.env._("Only segmentation managers decide on proposals."))

    def _expect(self, *states):
        if self.filtered(lambda proposal: proposal.state not in states):
            raise UserError(
                self.env._("Some of these proposals were decided on meanwhile, or are not open: reload the page.")
            )

    def _accept(self, reason=False):
        """Carry open proposals out; returns ``{verdict: proposals}``, all but ``apply`` are obsolete now."""
        self._check_may_decide()
        self._expect("open")
        by_verdict = self._by_verdict(self._get_verdicts())
        ready = by_verdict.get(APPLY, self.browse())
        ready.filtered(lambda proposal: proposal.kind == "plan")._start_plans()
        ready.filtered(lambda proposal: proposal.kind == "field")._write_values("new_value")
        for verdict, proposals in by_verdict.items():
            proposals._close("accepted" if verdict == APPLY else "obsolete", verdict, reason)
        return by_verdict

    def _reject(self, reason=False):
        self._check_may_decide()
        self._expect("open")
        self._close("rejected", False, reason)

    def _take_back(self):
        """Open decided proposals again; an accepted value is put back while it is still ours.

        :return: ``{verdict: proposals}``; all but ``apply`` stay as they are
        """
        self._check_may_decide()
        self._expect("accepted", "rejected")
        if self.filtered(lambda proposal: proposal.kind == "plan" and proposal.state == "accepted"):
            raise UserError(
                self.env._("A plan that has been started cannot be taken back: cancel its activities on the customer.")
            )
        verdicts = dict.fromkeys(self, APPLY)
        accepted = self.filtered(lambda proposal: proposal.state == "accepted")
        verdicts.update(accepted._get_verdicts(withdrawal))
        by_verdict = self._by_verdict(verdicts)
        ready = by_verdict.get(APPLY, self.browse())
        (ready & accepted)._write_values("old_value")
        twins = ready._get_newer()
        twins._close("obsolete", "replaced", False)
        # sudo: nobody may write proposals directly; who may decide was checked above
        undecided = {"decided_by": False, "decided_on": False, "reason": False, "closed_because": False}
        (ready - twins).sudo().write({"state": "open", "is_automatic": False, **undecided})
        return by_verdict

    def _get_newer(self):
        """Those of the proposals that must not be open again: a newer one is there, or the customer moved on since."""
        values = self.sudo()
        others = values.search([("partner_id", "in", values.partner_id.ids), ("id", "not in", self.ids)])
        taken = {row._get_subject() for row in others if row.state == "open"}
        latest = {}
        for row in others:
            key = row.policy_id, row.partner_id
            latest[key] = max(row.date, latest.get(key, row.date))
        newer = []
        for row in values.sorted("id", reverse=True):
            if row._get_subject() in taken or latest.get((row.policy_id, row.partner_id), row.date) > row.date:
                newer.append(row.id)
            taken.add(row._get_subject())
        return self.browse(newer)

    def _get_subject(self):
        return self.company_id, self.partner_id, self.field_id, self.record_id, self.plan_id

    def _close(self, state, verdict, reason):
        # sudo: nobody may write proposals directly; who may decide was checked by the callers
        self.sudo().write(
            {
                "state": state,
                "closed_because": verdict if state == "obsolete" else False,
                "reason": reason,
                "decided_by": self.env.uid,
                "decided_on": fields.Datetime.now(),
            }
        )

    # ------------------------------------------------------------------
    # VERDICTS
    # ------------------------------------------------------------------

    def _by_verdict(self, verdicts):
        ids = defaultdict(list)
        for proposal, verdict in verdicts.items():
            ids[verdict].append(proposal.id)
        return {verdict: self.browse(found) for verdict, found in ids.items()}

    def _get_verdicts(self, rule=acceptance):
        """``{proposal: apply | already | changed | gone}``, by the values the customers have now."""
        verdicts = {}
        for proposal in self.filtered(lambda proposal: proposal.kind == "plan"):
            verdicts[proposal] = APPLY if proposal.sudo().plan_id.active else GONE
        valued = self.filtered(lambda proposal: proposal.kind == "field")
        written = "new_value" if rule is acceptance else "old_value"
        for (field, company), proposals in valued.grouped(lambda row: (row.field_id, row.company_id)).items():
            current = proposals._get_current(field.sudo().name, company)
            lost = set(proposals._get_lost(field.sudo(), written))
            for proposal in proposals:
                values = proposal.sudo()
                verdict = rule(*values.old_value, *values.new_value, *current[proposal.id])
                verdicts[proposal] = GONE if verdict == APPLY and proposal in lost else verdict
        return verdicts

    def _get_current(self, name, company):
        """``{id: value}``: what the customers have now in a field."""
        value = self.env["abc.trigger"]._current_sql(name, company, SQL("proposal.record_id"))
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT proposal.id, %s
                      FROM abc_proposal proposal
                      JOIN res_partner partner ON partner.id = proposal.partner_id
                     WHERE proposal.id = ANY(%s)
                    """,
                    value,
                    self.ids,
                )
            )
        )

    def _get_lost(self, definition, written):
        """Those that would write a record that has been deleted."""
        if definition.ttype not in ("many2one", "many2many"):
            return self.browse()
        # sudo: whether a record is there
        values = self.sudo()
        targets = {row: row.record_id if definition.ttype == "many2many" else row[written][0] for row in values}
        ids = set(targets.values()) - {None}
        there = {None, *self.env[definition.relation].sudo().browse(ids).exists().ids}
        return values.filtered(lambda row: targets[row] not in there).sudo(False)

    # ------------------------------------------------------------------
    # WRITING THE CUSTOMERS
    # ------------------------------------------------------------------

    def _write_values(self, column):
        """Write ``new_value`` or ``old_value`` into the customers, all with the same one together."""

        def subject(row):
            values = row.sudo()
            return row.company_id, row.field_id, values.record_id, json.dumps(values[column][0])

        self._check_may_write()
        for (company, definition, record_id, value), rows in self.grouped(subject).items():
            name = definition.sudo().name
            partners = rows.partner_id.with_company(company)
            partners.write({name: self._to_write(partners._fields[name], record_id, json.loads(value))})

    def _to_write(self, field, record_id, value):
        if field.type == "many2many":
            return [Command.link(record_id) if value else Command.unlink(record_id)]
        return False if value is None else value

    def _check_may_write(self):
        """Who accepts must be allowed to change the customers, in the companies of the policies."""
        strange = self.company_id.sudo() - self.env.user.company_ids
        if strange:
            raise AccessError(
                self.env._(
                    "The values would be written for %(companies)s, where you do not work.",
                    companies=", ".join(strange.mapped("name")),
                )
            )
        locked = self.partner_id - self.partner_id._filtered_access("write")
        if locked:
            raise AccessError(
                self.env._(
                    "You may not change %(customers)s. Leave them out, or ask somebody who may edit contacts.",
                    customers=", ".join(locked[:5].sudo().mapped("display_name")) + (" …" if len(locked) > 5 else ""),
                )
            )

    # ------------------------------------------------------------------
    # BUTTONS
    # ------------------------------------------------------------------

    def action_take_back(self):
        """Undo: put the former values back and open the proposals again."""
        found = self._take_back()
        done, stay = found.get(APPLY, self.browse()), len(self) - len(found.get(APPLY, self.browse()))
        message = self.env._("%(count)s proposals are open again.", count=len(done))
        if stay:
            message = self.env._(
                "%(message)s %(stay)s stay as they are: the customer has another value by now.",
                message=message,
                stay=stay,
            )
        return self._notify(message, "warning" if stay else "success")

    def _tell_accepted(self, found):
        """Notification about what accepting did."""
        done = len(found.get(APPLY, self.browse()))
        message = self.env._("%(count)s proposals were carried out.", count=done)
        facts = {
            "already": len(found.get(ALREADY, self.browse())),
            "changed": len(found.get(CHANGED, self.browse())),
            "gone": len(found.get(GONE, self.browse())),
        }
        if any(facts.values()):
            message += " " + self.env._(
                "Obsolete: %(changed)s (changed meanwhile), %(already)s (have the value already), %(gone)s (what was "
                "proposed is gone).",
                **facts,
            )
        return self._notify(message, "warning" if any(facts.values()) else "success")

    def _notify(self, message, kind):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": kind,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
