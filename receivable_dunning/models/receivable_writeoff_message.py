"""Who is told of a write-off that waits: those who may approve it, until somebody has decided."""

from odoo import fields, models

ACTIVITY = "receivable_dunning.mail_activity_type_writeoff"


class ReceivableWriteoff(models.Model):
    _inherit = "receivable.writeoff"

    def _sign(self, **values):
        super()._sign(**values)
        if values.get("state") == "submitted":
            self._ask_approvers()
        elif "state" in values:
            self._drop_questions()

    def _ask_approvers(self):
        """An activity for everybody who may approve; never for who asked. However many write-offs: the same queries,
        and no e-mail each."""
        self._drop_questions()
        kind = self.env.ref(ACTIVITY)
        planned = {
            "activity_type_id": kind.id,
            "automated": True,
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "date_deadline": fields.Date.context_today(self),
        }
        values = [
            {
                **planned,
                "res_id": writeoff.id,
                "user_id": user.id,
                "summary": writeoff._question(user),
                "note": writeoff.note,
            }
            for writeoff, users in self._who_may_approve().items()
            for user in users
        ]
        # sudo: who asks plans nothing for others, but those are to know
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(values)

    def _who_may_approve(self):
        """``{writeoff: users}``: those with the rights for its amount who work in the company; not who submitted it,
        nor with four eyes who entered it."""
        # sudo: who holds which right is asked, not shown
        managers, accountants = (
            self.env.ref(f"receivable_dunning.group_collections_{role}").sudo().all_user_ids
            for role in ("manager", "accountant")
        )
        result = {}
        for writeoff in self.sudo():
            company = writeoff.company_id
            entitled = managers if writeoff._needs_manager() else accountants
            barred = writeoff.submitted_by | (
                writeoff.create_uid if company.writeoff_four_eyes else self.env["res.users"]
            )
            result[writeoff] = (entitled - barred)._staff_of(company)
        return result

    def _question(self, user):
        """What the approver reads, in his language."""
        env = self.with_context(lang=user.lang).env
        customer = self.partner_id.name or env._("%(count)s customers", count=self.partner_count)
        return env._(
            "Write off %(amount)s of %(customer)s?", amount=self.currency_id.format(self.amount), customer=customer
        )

    def _drop_questions(self):
        """Whatever was decided or withdrawn waits for nobody any more."""
        # sudo: the activities of the other approvers, too
        self.sudo().activity_unlink([ACTIVITY])
