from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """Contacts that come to belong to another commercial entity: their open items go along."""
        if not {"parent_id", "is_company"} & vals.keys():
            return super().write(vals)
        # sudo: also children that who writes does not see
        everybody = self.sudo().with_context(active_test=False)
        before = {
            partner: partner.commercial_partner_id for partner in everybody.search([("id", "child_of", self.ids)])
        }
        result = super().write(vals)
        moves = {}
        for partner, old in before.items():
            if (new := partner.commercial_partner_id) != old:
                moves[old, new] = moves.get((old, new), everybody.browse()) | partner
        if moves:
            self.env["credit.profile"]._follow_customers(moves)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        # sudo: who deletes contacts needs no right on credit
        self.env["credit.profile"].sudo().search([("partner_id", "in", self.ids)])._check_nothing_decided()
