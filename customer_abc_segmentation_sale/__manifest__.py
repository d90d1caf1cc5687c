{
    "name": "Customer ABC Segmentation: Sales",
    "summary": "Salespeople find the classes of their customers under Sales > Reporting",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Customer Credit Suite contributors",
    "license": "LGPL-3",
    "depends": ["customer_abc_segmentation", "sale"],
    "data": [
        "security/groups.xml",
        "security/rules.xml",
        "views/abc_classification_views.xml",
        "views/abc_proposal_views.xml",
        "views/menus.xml",
    ],
    "uninstall_hook": "uninstall_hook",
    "auto_install": True,
}
