from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

KINDS = [
    ("promise", "Promise to Pay"),
    ("dispute", "Dispute"),
    ("dispute_more", "More about a Dispute"),
    ("plan", "Payment Plan Asked for"),
    ("message", "Message"),
]
# Acknowledge the debt and so bear on limitation: who did so is kept for as long as the document that came of it.
EVIDENCE = ("promise", "plan")
# A person does not do more of this in a day; a robot does.
MAX_PER_DAY = 30


class ReceivablePortalRequest(models.Model):
    """What a customer did on the portal, once: the key of the form makes a second submission find the first one."""

    _name = "receivable.portal.request"
    _description = "Request of a Customer on the Portal"
    _inherit = ["receivable.portal.record.mixin"]
    _rec_name = "kind"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    key = fields.Char(required=True, readonly=True, help="Of the form that was filled in: it counts once.")
    name = fields.Char(string="Person", readonly=True, help="As typed by whoever filled in the form.")
    user_id = fields.Many2one("res.users", string="Login", readonly=True, help="Empty: by signed link.")
    link_id = fields.Many2one(
        "receivable.portal.link",
        string="Signed Link",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="It says for whom it was made; kept as long as the request.",
    )
    ip = fields.Char(
        string="From Address",
        readonly=True,
        help="Network address. Removed when the retention time of the company is over, with the whole request but for"
        " promises and payment plans asked for, which acknowledge the debt.",
    )
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(string="Document", model_field="res_model", readonly=True)

    _key_uniq = models.UniqueIndex("(company_id, partner_id, key)", "This form was sent already.")

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _door_words(self):
        return self.env._("What customers do on the portal is recorded by the portal only.")

    @api.model
    def _begin(self, values):
        """Take the key of a form: the new request, or nothing when the form was sent before.

        Two submissions at the same time: the second one waits for the first and then fails to serialize, which Odoo
        tries again with what the first one left.

        :param dict values: ``company_id, partner_id, kind, key, name, user_id, link_id, ip``
        """
        self._check_door()
        self._check_rate(values)
        names = [*values, "create_uid", "create_date", "write_uid", "write_date"]
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO receivable_portal_request (%s) VALUES %s"
                " ON CONFLICT (company_id, partner_id, key) DO NOTHING RETURNING id",
                SQL(", ").join(SQL.identifier(name) for name in names),
                (*(value or None for value in values.values()), self.env.uid, now, self.env.uid, now),
            )
        )
        return self.browse(rows[0]) if rows else self

    @api.model
    def _check_rate(self, values):
        since = fields.Datetime.now() - timedelta(days=1)
        domain = [("company_id", "=", values["company_id"]), ("partner_id", "=", values["partner_id"])]
        if self.search_count([*domain, ("create_date", ">", since)], limit=MAX_PER_DAY) >= MAX_PER_DAY:
            raise UserError(
                self.env._(
                    "You have sent a great deal today. Please wait until tomorrow, or call us: we are glad to help."
                )
            )

    def action_open_document(self):
        """What came of the request: the promise, the dispute, the plan, or the customer."""
        self.ensure_one()
        model, record_id = (self.res_model, self.res_id) if self.res_id else ("res.partner", self.partner_id.id)
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": record_id,
            "views": [(False, "form")],
        }
