from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_value_policies()
        return companies

    def _create_value_policies(self):
        """Give root companies without a policy of customer value a copy of the one shipped, as it is by now."""
        # sudo: whoever may create a company need not manage segmentation
        policies = self.env["customer.value.policy"].sudo().with_context(active_test=False)
        shipped = self.env.ref("customer_abc_segmentation.customer_value_policy_default", raise_if_not_found=False)
        if not shipped:
            return
        roots = self.sudo().filtered(lambda company: not company.parent_id)
        provided = policies.search([("company_id", "in", roots.ids)]).company_id
        for company in roots - provided:
            policy = shipped.sudo().copy({"company_id": company.id, "active": True})
            for lang, _name in self.env["res.lang"].get_installed():
                policy.with_context(lang=lang).name = shipped.sudo().with_context(lang=lang).name
