from odoo import models
from odoo.exceptions import UserError


class CustomerValue(models.Model):
    """What can be done about customers: one, a selection, a whole segment."""

    _inherit = "customer.value"

    def action_send_mail(self):
        """Write an e-mail to the customers with Odoo's own composer."""
        partners = self._get_customers()
        return {
            **self._get_action("mail.action_partner_mass_mail"),
            "name": self.env._("E-mail to Customers"),
            "context": {
                "default_composition_mode": "mass_mail",
                "default_model": "res.partner",
                "default_res_ids": partners.ids,
                "default_partner_to": "{{ object.id or '' }}",
                "default_subtype_xmlid": "mail.mt_comment",
                "default_reply_to_force_new": True,
            },
        }

    def action_schedule_activity(self):
        """Schedule an activity on each of the customers with Odoo's own dialog."""
        partners = self._get_customers()
        if not partners.has_access("write"):
            raise UserError(
                self.env._("Activities belong to the contact: to schedule them you need the right to change contacts.")
            )
        most = self._get_most_activities()
        if len(partners) > most:
            raise UserError(
                self.env._(
                    "%(count)s customers are too many activities at once: select up to %(most)s, the most important "
                    "ones first.",
                    count=len(partners),
                    most=most,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Schedule Activity"),
            "res_model": "mail.activity.schedule",
            "views": [(False, "form")],
            "view_mode": "form",
            "target": "new",
            "context": {
                "active_model": "res.partner",
                "active_ids": partners.ids,
                "active_id": partners[:1].id,
                "dialog_size": "large",
            },
        }

    def _get_most_activities(self):
        """Odoo's own dialog takes no more records at once."""
        return self.env["mail.activity.schedule"]._batch_size

    def _get_customers(self):
        if not self:
            raise UserError(self.env._("Select the customers first."))
        return self.partner_id

    def action_open_customer(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
            "view_mode": "form",
        }

    def action_open_invoices(self):
        """The customer's documents in the company and its branches."""
        self.ensure_one()
        action = self._get_action("account.action_move_out_invoice_type")
        # sudo: which branches a company has is no secret; the documents are read with the user's rights
        tree = self.env["res.company"].sudo().with_context(active_test=False)
        companies = tree.search([("id", "child_of", self.company_id.id)])
        domain = [
            ("commercial_partner_id", "=", self.partner_id.id),
            ("company_id", "in", companies.ids),
            ("move_type", "in", ("out_invoice", "out_refund")),
            ("state", "=", "posted"),
        ]
        return {**action, "domain": domain, "context": {"create": False}}

    def action_open_stages(self):
        self.ensure_one()
        return self._get_own_action("action_customer_stage_history")

    def action_open_months(self):
        self.ensure_one()
        return self._get_own_action("action_customer_value_history")

    def _get_own_action(self, name):
        """An action on the rows of this customer and company."""
        action = self._get_action(f"customer_abc_segmentation.{name}")
        domain = [("partner_id", "=", self.partner_id.id), ("company_id", "=", self.company_id.id)]
        return {**action, "domain": domain, "context": {}, "display_name": self.partner_id.display_name}

    def _get_action(self, xmlid):
        return self.env["ir.actions.actions"]._for_xml_id(xmlid)
