{
    "name": "Customer Credit Management",
    "summary": "Credit limits, live exposure, policies that hold instead of lose, scoring and ratings",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Customer Credit Suite contributors",
    "license": "LGPL-3",
    "depends": ["account"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "views/menus.xml",
    ],
    "application": True,
}
