{
    "name": "Receivables: Online Payment",
    "summary": "Customers pay on line from their account page",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Customer Credit Suite contributors",
    "license": "LGPL-3",
    "depends": ["receivable_dunning", "account_payment"],
    "auto_install": True,
}
