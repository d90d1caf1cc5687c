from markupsafe import Markup

from odoo import fields, models

# Levels that pass a customer on to these open a draft of a case.
CASE_KINDS = {"legal": "in_house", "agency": "agency"}


class DunningNotice(models.Model):
    """The last level passes the customer on: what it claims is put into a draft of a legal case."""

    _inherit = "dunning.notice"

    case_ids = fields.One2many("collection.case", "notice_id", string="Legal Cases", readonly=True)

    def _make_tasks(self, as_of):
        # a notice that is written anew has opened its case before
        self.filtered(
            lambda notice: notice.level_id.escalate_to in CASE_KINDS and not notice.sent_date
        )._open_draft_cases()
        super()._make_tasks(as_of)

    def _open_draft_cases(self):
        """A draft for each, of the items it claims that are in no case yet; somebody decides what becomes of it."""
        for notice in self:
            # sudo: the sender opens the draft for those who work cases
            self.env["collection.case"].sudo()._make_drafts(
                notice._claims().move_line_id,
                notice_id=notice.id,
                kind=CASE_KINDS[notice.level_id.escalate_to],
                user_id=notice._escalates_to().id,
            )

    def _task_intro(self):
        """With a link to the draft."""
        intro = super()._task_intro()
        # sudo: as above
        for case in self.sudo().case_ids:
            intro += Markup("<p>%s %s</p>") % (self.env._("Draft of a legal case:"), case._get_html_link())
        return intro
