from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    dispute_file_count = fields.Integer(
        string="Files per Dispute", default=5, help="How many files a customer may send with a dispute."
    )
    dispute_file_megabytes = fields.Integer(
        string="File Size (MB)", default=10, help="Larger files are refused, with a message that says so."
    )

    _dispute_files_check = models.Constraint(
        "CHECK (dispute_file_count >= 0 AND dispute_file_megabytes >= 0)", "Number and size of files are not negative."
    )
