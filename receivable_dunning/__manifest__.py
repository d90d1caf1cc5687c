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
        "views/menus.xml",
    ],
    "application": True,
}
