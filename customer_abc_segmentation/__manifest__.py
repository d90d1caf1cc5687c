{
    "name": "Customer ABC Segmentation",
    "summary": "ABC classes, customer value and profit: who earns us our money, who grows, who leaves",
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
