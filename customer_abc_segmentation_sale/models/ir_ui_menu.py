from odoo import models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Whoever came to see *Reporting* through segmentation alone finds nothing but segmentation there."""
        hidden = super()._load_menus_blacklist()
        if self.env.user.has_group("sales_team.group_sale_manager"):
            return hidden
        reporting = self.env.ref("sale.menu_sale_report", raise_if_not_found=False)
        ours = self.env.ref("customer_abc_segmentation_sale.menu_sale_segments", raise_if_not_found=False)
        if not reporting or not ours:
            return hidden
        # sudo: which menus there are is no secret, these ones are hidden
        others = self.sudo().search([("parent_id", "=", reporting.id), ("id", "!=", ours.id)])
        return [*hidden, *others.ids]
