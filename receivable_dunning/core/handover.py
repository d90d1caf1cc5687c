"""The layout of what a collection agency gets: columns of the tables, each with what it means."""

#: One row per instalment. Dates are written 2026-12-31, amounts with a point and in the currency of the row.
CLAIM_COLUMNS = (
    ("handover", "Number of the hand-over."),
    ("handover_date", "Day of the hand-over: figures are of that day."),
    ("creditor", "Name of the creditor."),
    ("creditor_tax_id", "Its tax ID."),
    ("creditor_street", "Its street."),
    ("creditor_zip", "Its postal code."),
    ("creditor_city", "Its city."),
    ("creditor_country", "Its country, two letters (ISO 3166)."),
    ("creditor_account", "Bank account that the debtor is to pay to."),
    ("debtor_number", "Number of the debtor with the creditor."),
    ("debtor", "Name of the debtor."),
    ("debtor_tax_id", "Its tax ID."),
    ("debtor_type", "company or person."),
    ("debtor_street", "Its street."),
    ("debtor_zip", "Its postal code."),
    ("debtor_city", "Its city."),
    ("debtor_state", "Its state or province."),
    ("debtor_country", "Its country, two letters (ISO 3166)."),
    ("debtor_email", "Its e-mail address."),
    ("debtor_phone", "Its telephone number."),
    ("debtor_language", "The language it is written to, such as de_DE."),
    ("contact", "The person whom letters go to."),
    ("contact_email", "That person's e-mail address."),
    ("contact_phone", "That person's telephone number."),
    ("document", "Number of the invoice."),
    ("invoice_date", "Its date."),
    ("due_date", "Day on which this instalment was due."),
    ("currency", "Currency of the amounts of this row, three letters (ISO 4217)."),
    ("original_amount", "Amount of the instalment, tax included."),
    ("claimed_amount", "What of it was open and is handed over."),
    ("interest", "Late interest and compensation until the day of the hand-over, not invoiced."),
    ("open_amount", "What of the claimed amount is open when the file is made."),
    ("agency_reference", "File number of the agency, where it is known."),
    ("reminders", "How many reminders of this document were sent."),
    ("last_reminder", "Day of the last one."),
    ("case", "Legal case of the creditor."),
    ("limitation_date", "Last day on which the claim can be enforced, as far as the creditor knows; to be checked."),
)
#: One row per contact before the hand-over.
CONTACT_COLUMNS = (
    ("debtor_number", "Number of the debtor with the creditor."),
    ("debtor", "Name of the debtor."),
    ("date", "Day of the contact."),
    ("kind", "reminder, contact (a call or a visit), or the kind of event of the legal case."),
    ("channel", "By what way."),
    ("contact", "Whom it went to."),
    ("note", "What it was."),
)


def layout():
    """The layout in words, as it goes along with the tables.

    >>> layout().splitlines()[:2]
    ['claims.csv, claims.xlsx (sheet claims): one row per instalment', '']
    >>> len({name for name, _text in CLAIM_COLUMNS}) == len(CLAIM_COLUMNS)
    True
    """
    lines = ["claims.csv, claims.xlsx (sheet claims): one row per instalment", ""]
    lines += [f"{name:<18} {text}" for name, text in CLAIM_COLUMNS]
    lines += ["", "contacts.csv, claims.xlsx (sheet contacts): one row per contact before the hand-over", ""]
    lines += [f"{name:<18} {text}" for name, text in CONTACT_COLUMNS]
    lines += ["", "CSV files are UTF-8, with commas and a head. Dates: 2026-12-31. Amounts: 1234.56.", ""]
    lines += ["evidence/: a ZIP per debtor, with an index that names every file and its SHA-256.", ""]
    return "\n".join(lines)
