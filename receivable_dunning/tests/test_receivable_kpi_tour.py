from odoo.tests import HttpCase, tagged

from .test_receivable_kpi import KpiCommon


@tagged("post_install", "-at_install")
class TestReceivableKpiTour(KpiCommon, HttpCase):
    def test_from_the_month_over_the_formula_to_the_document(self):
        reader = self._user("reader", "receivable_dunning.group_collections_user")
        self._month()
        self.start_tour("/odoo/receivables-figures", "receivable_kpi", login=reader.login)
