from odoo import api, fields, models
from odoo.exceptions import AccessError

from .key_account_catalog import section_selection


class KeyAccountComment(models.Model):
    """What somebody says about a section of a key-account sheet; frozen with the signature."""

    _name = "key.account.comment"
    _description = "Key Account Comment"
    _order = "section, id"

    review_id = fields.Many2one("key.account.review", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="review_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    section = fields.Selection(
        selection=lambda self: section_selection(self.env), required=True, help="Printed below this section."
    )
    text = fields.Text(string="Comment", required=True)
    user_id = fields.Many2one(
        "res.users", string="Author", required=True, readonly=True, default=lambda self: self.env.user
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self.env["key.account.review"]._check_of_sheet(vals)
        # who writes a comment is its author, whatever was sent
        comments = super().create([{**vals, "user_id": self.env.uid} for vals in vals_list])
        comments._check_review()
        return comments

    def write(self, vals):
        self._check_author()
        self.env["key.account.review"]._check_of_sheet(vals)
        if {"user_id", "review_id"} & vals.keys() and not self.env.su:
            raise AccessError(self.env._("A comment stays with its author and its sheet: write another one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_others(self):
        self._check_author()

    def _check_author(self):
        if self.env.su:
            return
        self._check_review()
        if self.filtered(lambda comment: comment.user_id != self.env.user):
            raise AccessError(self.env._("Only its author changes a comment: write one of your own below it."))

    def _check_review(self):
        if not self.env.su:
            self.review_id.check_access("write")
            self.review_id._check_open()
