{
    "name": "Customer Credit Management: Sales Orders",
    "summary": "Sales orders count in the exposure and are checked like invoices",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Customer Credit Suite contributors",
    "license": "LGPL-3",
    "depends": ["customer_credit_mgmt", "sale"],
    "data": [
        "security/ir.model.access.csv",
        "wizards/credit_setup_wizard.xml",
        "wizards/sale_order_credit_request.xml",
        "views/credit_policy_views.xml",
        "views/sale_order_views.xml",
        "views/sale_portal_templates.xml",
        "views/menus.xml",
    ],
    "assets": {
        "web.assets_tests": ["customer_credit_mgmt_sale/static/tests/tours/**/*"],
    },
    "auto_install": True,
}
