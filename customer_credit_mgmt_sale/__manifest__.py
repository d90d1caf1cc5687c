{
    "name": "Customer Credit Management: Sales Orders",
    "summary": "Sales orders count in the exposure and are checked like invoices",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Customer Credit Suite contributors",
    "license": "LGPL-3",
    "depends": ["customer_credit_mgmt", "sale"],
    "data": [
        "views/credit_policy_views.xml",
        "views/credit_setup_wizard_views.xml",
        "views/sale_order_views.xml",
        "views/menus.xml",
    ],
    "auto_install": True,
}
