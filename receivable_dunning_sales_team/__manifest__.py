{
    "name": "Receivables: Sales Teams",
    "summary": "Aged receivables by sales team",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Customer Credit Suite contributors",
    "license": "LGPL-3",
    "depends": ["receivable_dunning", "sales_team"],
    "data": ["views/receivable_aging_views.xml"],
    "auto_install": True,
}
