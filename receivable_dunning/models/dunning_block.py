from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.ladder import SkipReason

# What the block remembers of who did what; written by the methods below.
SIGNED = {"kind", "user_id", "lifted_on", "lifted_by", "notice_id"}


class DunningBlock(models.Model):
    """A customer, a document or one instalment that is not reminded for a while, and why. It lifts itself by date."""

    _name = "dunning.block"
    _description = "Dunning Block"
    _inherit = ["receivable.subject.mixin", "receivable.own.customer.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True
    _rec_names_search = ["partner_id", "move_id", "reason"]

    partner_id = fields.Many2one(help="Without a document, all items of this customer are blocked.")
    move_id = fields.Many2one(help="Empty: everything the customer owes.")
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Instalment",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('move_id', '=', move_id), ('account_type', '=', 'asset_receivable')]",
        help="Empty: all instalments of the document.",
    )
    kind = fields.Selection(
        [("manual", "By Hand"), ("reply", "Customer Replied")], required=True, readonly=True, default="manual"
    )
    reason = fields.Char(required=True, help="Why, in a few words: it is read by who wonders about the silence.")
    date_from = fields.Date(required=True, default=lambda self: self._default_date_from())
    date_until = fields.Date(
        string="Until", help="Last day without reminders; the day after, the block lifts itself. Empty: until lifted."
    )
    user_id = fields.Many2one("res.users", string="By", readonly=True, default=lambda self: self._default_user_id())
    lifted_on = fields.Date(readonly=True, copy=False)
    lifted_by = fields.Many2one("res.users", readonly=True, copy=False)
    notice_id = fields.Many2one(
        "dunning.notice", string="Reply to", readonly=True, index="btree_not_null", ondelete="set null"
    )
    state = fields.Selection(
        [("planned", "Planned"), ("active", "Active"), ("expired", "Expired"), ("lifted", "Lifted")],
        compute="_compute_state",
        search="_search_state",
    )

    _dates_check = models.Constraint(
        "CHECK (date_until IS NULL OR date_until >= date_from)", "The block ends before it begins."
    )
    _standing_idx = models.Index("(company_id, partner_id) WHERE lifted_on IS NULL")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _default_date_from(self):
        return fields.Date.context_today(self)

    def _default_user_id(self):
        return self.env.user

    @api.depends("date_from", "date_until", "lifted_on")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for block in self:
            if block.lifted_on:
                block.state = "lifted"
            elif block.date_from and block.date_from > today:
                block.state = "planned"
            else:
                block.state = "expired" if block.date_until and block.date_until < today else "active"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        standing = Domain("lifted_on", "=", False)
        begun = standing & Domain("date_from", "<=", today)
        domains = {
            "lifted": Domain("lifted_on", "!=", False),
            "planned": standing & Domain("date_from", ">", today),
            "expired": begun & Domain("date_until", "<", today),
            "active": begun & (Domain("date_until", "=", False) | Domain("date_until", ">=", today)),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.depends("partner_id", "move_id", "date_until")
    def _compute_display_name(self):
        for block in self:
            block.display_name = " - ".join(filter(None, (block.partner_id.name, block.move_id.name)))

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("move_id", "move_line_id")
    def _check_instalment_belongs(self):
        # sudo: which document an instalment belongs to is compared, not shown
        for block in self.sudo().filtered("move_line_id"):
            if block.move_line_id.move_id != block.move_id:
                raise ValidationError(self.env._("The instalment does not belong to this document."))

    def _check_own_subject(self):
        if not self.move_id.has_access("read"):
            raise ValidationError(
                self.env._(
                    "You do not work where this document was made: ask somebody who works for %(company)s.",
                    company=self.company_id[:1].sudo().name,  # sudo: who works in a branch may not read the root
                )
            )
        super()._check_own_subject()

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def _check_door(self, names):
        """Who blocked and who lifted is noted by the methods, not written."""
        if not self.env.su and SIGNED & set(names):
            raise AccessError(self.env._("Lift the block instead of writing who did what."))

    @api.model_create_multi
    def create(self, vals_list):
        blocks = super().create(vals_list)
        # the result is checked, not the values: the context may hold defaults
        if not self.env.su and any(
            block.kind != "manual" or block.lifted_on or block.lifted_by or block.notice_id
            or block.user_id != self.env.user
            for block in blocks
        ):  # fmt: skip
            raise AccessError(self.env._("A block is set by whoever makes it, and lifted later."))
        return blocks

    def write(self, vals):
        self._check_door(vals)
        if not self.env.su and any(block.lifted_on for block in self):
            raise UserError(self.env._("This block was lifted and is history: make a new one."))
        return super().write(vals)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_lift(self):
        """Remind again from today on."""
        self.check_access("write")
        today = fields.Date.context_today(self)
        standing = self.filtered(lambda block: not block.lifted_on)
        # sudo: the only door to who lifted; the right to write was checked
        standing.sudo().write({"lifted_on": today, "lifted_by": self.env.user.id})

    @api.model
    def _action_of(self, name, domain, defaults):
        """The list of blocks of something, where a new one is for it."""
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_dunning_block")
        return {**action, "name": name, "domain": domain, "context": defaults}

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _stood_sql(self, as_of):
        """Whether a block of the row ``item`` stood at the end of a day: one that was lifted later did."""
        return SQL(
            """
            EXISTS (
                SELECT FROM dunning_block block
                 WHERE block.company_id = item.root_company_id AND block.partner_id = item.partner_id
                   AND (block.move_id IS NULL OR block.move_id = item.move_id)
                   AND (block.move_line_id IS NULL OR block.move_line_id = item.line_id)
                   AND block.date_from <= %(as_of)s AND (block.date_until IS NULL OR block.date_until >= %(as_of)s)
                   AND (block.lifted_on IS NULL OR block.lifted_on > %(as_of)s)
            )
            """,
            as_of=as_of,
            to_flush=self._fields["lifted_on"],
        )

    def _held_sql(self, company, as_of):
        """Items of ``item`` that a block holds whole, on a date: by customer, by document, by instalment."""
        self.flush_model()
        standing = SQL(
            "block.company_id = %(company)s AND block.lifted_on IS NULL AND block.date_from <= %(as_of)s"
            " AND (block.date_until IS NULL OR block.date_until >= %(as_of)s)",
            company=company.id,
            as_of=as_of,
        )
        matches = (
            SQL("block.partner_id = item.partner_id AND block.move_id IS NULL"),
            SQL("block.move_id = item.move_id AND block.move_line_id IS NULL"),
            SQL("block.move_line_id = item.line_id"),
        )
        reason = SQL(
            "CASE block.kind WHEN 'reply' THEN %s ELSE %s END", str(SkipReason.REPLIED), str(SkipReason.BLOCKED)
        )
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT item.line_id, NULL::numeric AS amount, %s AS reason FROM dunning_block block"
                " JOIN item ON %s WHERE %s",
                reason,
                match,
                standing,
            )
            for match in matches
        )
