{
    "name": "Receivables: Reminders by SMS",
    "summary": "Dunning levels send text messages: one per notice, exactly once",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Customer Credit Suite contributors",
    "license": "LGPL-3",
    "depends": ["receivable_dunning", "sms"],
    "data": [
        "data/sms_template.xml",
        "views/dunning_plan_views.xml",
        "views/dunning_notice_views.xml",
    ],
    "auto_install": True,
}
