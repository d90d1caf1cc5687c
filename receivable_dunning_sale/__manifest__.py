{
    "name": "Receivables: Sales Orders as Evidence",
    "summary": "Evidence packs hold the orders that invoices come from, with signatures and attachments",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Customer Credit Suite contributors",
    "license": "LGPL-3",
    "depends": ["receivable_dunning", "sale"],
    "auto_install": True,
}
