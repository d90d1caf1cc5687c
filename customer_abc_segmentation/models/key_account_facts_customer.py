from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Kinds of partner fields that a sheet can show, and their unit.
FIELD_UNITS = {
    "char": "text",
    "text": "text",
    "selection": "text",
    "many2one": "text",
    "boolean": "boolean",
    "integer": "count",
    "float": "number",
    "monetary": "amount",
    "date": "date",
}


class KeyAccountFacts(models.AbstractModel):
    """Who the customers are: master data, class, and the partner fields that the policy names.

    Names that are translated are kept in all languages, so that a sheet is read in the reader's.
    """

    _inherit = "key.account.facts"

    def _get_names(self, records, name="name"):
        """``{id: stored value}`` of a column; of translated ones ``{language: text}``."""
        if not records:
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, %s FROM %s WHERE id = ANY(%s)",
                    SQL.identifier(name),
                    SQL.identifier(records._table),
                    list(records.ids),
                    to_flush=records._fields[name],
                )
            )
        )

    def _get_customers(self, scope):
        # sudo: the sheet says who a customer is to whoever may read the sheet
        partners = scope.partners.sudo().with_company(scope.company)
        terms = self._get_names(partners.property_payment_term_id)
        countries = self._get_names(partners.country_id)
        classes = self._get_classes(scope)
        return {
            partner.id: {
                "payment_term": terms.get(partner.property_payment_term_id.id),
                "country": countries.get(partner.country_id.id),
                "salesperson": partner.user_id.name or None,
                "reference": partner.ref or None,
                **classes.get(partner.id, {}),
            }
            for partner in partners
        }

    def _get_classes(self, scope):
        """Class and XYZ in force today by the policy's ABC policy, a manual class before the computed one."""
        # sudo: as in _get_customers
        classification = self.env["abc.classification"].sudo()
        rows = classification.search(
            classification._on_day(fields.Date.context_today(self))
            & Domain("policy_id", "=", scope.policy._get_abc_policy().id)
            & Domain("partner_id", "in", scope.partner_ids)
        )
        found = {}
        for row in rows.sorted("is_manual"):
            found.setdefault(row.partner_id.id, {}).update({"class": row.class_id.code, "xyz": row.xyz or None})
        return found

    # ------------------------------------------------------------------
    # FIELDS OF THE PARTNER
    # ------------------------------------------------------------------

    def _get_partner_fields(self, scope):
        """``{partner id: [{name, label, unit, value}]}`` of the fields that the policy names, in its order.

        Sudo: who set the policy up may read these fields, which is checked there; the policy decides that they stand
        on sheets.
        """
        partners = scope.partners.sudo().with_company(scope.company)
        chosen = scope.policy.sudo().partner_field_ids
        labels = self._get_names(chosen, "field_description")
        found = {partner_id: [] for partner_id in scope.partner_ids}
        for field in chosen:
            values = self._get_field_values(partners, field.name)
            for partner_id, value in values.items():
                found[partner_id].append(
                    {"name": field.name, "label": labels[field.id], "unit": FIELD_UNITS[field.ttype], "value": value}
                )
        return found

    def _get_field_values(self, partners, name):
        field = partners._fields[name]
        if field.type in ("many2one", "selection"):
            return self._get_spoken_values(partners, name)
        if field.type in ("char", "text"):
            return {partner.id: partner[name] or None for partner in partners}
        if field.type == "date":
            return {partner.id: partner[name].isoformat() if partner[name] else None for partner in partners}
        return {partner.id: partner[name] for partner in partners}

    def _get_spoken_values(self, partners, name):
        """Display names or labels of a value in every installed language; None where there is none."""
        found = {partner.id: {} if partner[name] else None for partner in partners}
        for lang, _label in self.env["res.lang"].get_installed():
            spoken = partners.with_context(lang=lang)
            selection = spoken._fields[name].type == "selection"
            labels = dict(spoken._fields[name]._description_selection(spoken.env)) if selection else {}
            for partner in spoken.filtered(name):
                text = labels.get(partner[name]) if selection else partner[name].display_name
                found[partner.id][lang] = text
        return found
