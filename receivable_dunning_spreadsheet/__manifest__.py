{
    "name": "Receivables: Dashboard",
    "summary": "Receivables on a spreadsheet dashboard: DSO, overdue, aging, who owes most",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Customer Credit Suite contributors",
    "license": "LGPL-3",
    "depends": ["receivable_dunning", "spreadsheet_dashboard"],
    "data": ["data/spreadsheet_dashboard.xml"],
    "assets": {
        "web.assets_tests": ["receivable_dunning_spreadsheet/static/tests/tours/**/*"],
    },
    "auto_install": True,
}
