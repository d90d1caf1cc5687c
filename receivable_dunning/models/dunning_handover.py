from odoo import api, fields, models
from odoo.tools import SQL


class DunningHandover(models.Model):
    """That an e-mail was about to be given to the mail server: written in a transaction of its own, just before.

    When the worker dies between the server's OK and the commit, the mail looks as if it had never been sent. This row
    says that it may have been, and so it is not sent again by itself (see docs/decisions).
    """

    _name = "dunning.handover"
    _description = "E-mail Handed Over"
    _log_access = False

    # a plain number: the row outlives the mail, and is written while the mail is locked by somebody else
    mail_number = fields.Integer(required=True)
    date = fields.Datetime(required=True, index=True)

    _mail_unique = models.Constraint("UNIQUE (mail_number)", "An e-mail is handed over once.")

    @api.model
    def _announce(self, mail_id):
        """Whether this is the first attempt at the mail; committed before anything is said to the server."""
        with self.env.registry.cursor() as cr:
            cr.execute(
                SQL(
                    "INSERT INTO dunning_handover (mail_number, date) VALUES (%s, now() AT TIME ZONE 'UTC')"
                    " ON CONFLICT DO NOTHING RETURNING id",
                    mail_id,
                )
            )
            return bool(cr.fetchone())

    @api.model
    def _take_back(self, mail_id):
        """The server has certainly not taken the mail: it may be tried again."""
        with self.env.registry.cursor() as cr:
            cr.execute(SQL("DELETE FROM dunning_handover WHERE mail_number = %s", mail_id))

    @api.autovacuum
    def _gc_handovers(self):
        """Rows of mails that are gone or came to an end say nothing any more."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM dunning_handover WHERE date < now() AT TIME ZONE 'UTC' - INTERVAL '30 days'"
                " AND mail_number NOT IN (%s)",
                self._waiting_sql(),
            )
        )

    def _waiting_sql(self):
        """Numbers of what may still be handed over. Bridges add theirs, such as text messages."""
        self.env["mail.mail"].flush_model(["state"])
        return SQL("SELECT id FROM mail_mail WHERE state = 'outgoing'")
