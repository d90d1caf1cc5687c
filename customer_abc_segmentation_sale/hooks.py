from odoo import Command


def uninstall_hook(env):
    """Take back what was linked to records of other addons, which stay."""
    user = env.ref("customer_abc_segmentation.group_segmentation_user")
    manager = env.ref("customer_abc_segmentation.group_segmentation_manager")
    env.ref("sale.menu_sale_report").group_ids = [Command.unlink(user.id)]
    env.ref("sales_team.group_sale_salesman").implied_ids = [Command.unlink(user.id)]
    env.ref("sales_team.group_sale_manager").implied_ids = [Command.unlink(manager.id)]
