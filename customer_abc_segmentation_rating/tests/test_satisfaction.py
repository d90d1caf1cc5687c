from odoo.tests import tagged

from odoo.addons.customer_abc_segmentation.tests.value_common import ValueCommon


@tagged("post_install", "-at_install")
class TestSatisfaction(ValueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann, cls.bob = cls._customer("Ann"), cls._customer("Bob")
        for partner in cls.ann + cls.bob:
            cls._invoice(partner, 100)
        cls.contact = cls.env["res.partner"].create({"name": "Buyer", "parent_id": cls.ann.id})

    def _rate(self, partner, rating, day="2024-06-01", **values):
        rating = (
            self.env["rating.rating"]
            .sudo()
            .create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": partner.id,
                    "partner_id": partner.id,
                    "rating": rating,
                    "consumed": True,
                    **values,
                }
            )
        )
        # creating sets it to this moment
        rating.rated_on = f"{day} 10:00:00"
        return rating

    def test_satisfaction_is_the_mean_of_the_ratings_of_the_window(self):
        self._rate(self.ann, 5)
        self._rate(self.contact, 2)
        self._rate(self.ann, 1, "2023-06-30")
        self._rate(self.ann, 1, "2024-07-01")
        self._rate(self.ann, 0, consumed=False)
        self._refresh()
        self.assertRecordValues(
            self._value(self.ann), [{"satisfaction": 3.5, "satisfaction_source": "rating", "satisfaction_count": 2}]
        )
        self.assertEqual((self._value(self.bob).satisfaction, self._value(self.bob).satisfaction_count), (None, None))

    def test_ratings_come_before_what_was_entered_and_give_way_to_it_again(self):
        self._refresh()
        value = self._value(self.ann)
        value.satisfaction_hand = "2"
        rating = self._rate(self.ann, 4)
        self._refresh()
        self.assertRecordValues(value, [{"satisfaction": 4, "satisfaction_source": "rating"}])
        value.satisfaction_hand = "3"
        self.assertEqual(value.satisfaction, 4, "the customer knows best")
        rating.unlink()
        self._refresh()
        self.assertRecordValues(value, [{"satisfaction": 3, "satisfaction_source": "hand"}])
