{
    "name": "Receivables: Aging and Dunning",
    "summary": "Aged receivables at any date, reminders sent exactly once, collections",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Customer Credit Suite contributors",
    "license": "LGPL-3",
    "depends": ["customer_credit_mgmt"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/receivable_bucket_scheme.xml",
        "report/aged_balance.xml",
        "wizards/receivable_aging_wizard.xml",
        "views/receivable_aging_views.xml",
        "views/receivable_bucket_scheme_views.xml",
        "views/menus.xml",
    ],
    "assets": {
        "web.assets_tests": ["receivable_dunning/static/tests/tours/**/*"],
    },
    "application": True,
}
