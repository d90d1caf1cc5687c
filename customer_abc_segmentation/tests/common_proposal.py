from datetime import date

from .common import SegmentationCommon


class ProposalCommon(SegmentationCommon):
    """Ann, Bob and Cid are A, B and C; the next classification makes Bob an A and Ann a B."""

    NEXT = date(2024, 7, 10)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann, cls.bob, cls.cid = cls.customers = cls.env["res.partner"].concat(
            *(cls._customer(name) for name in ("Ann", "Bob", "Cid"))
        )
        for partner, amount in zip(cls.customers, (80, 15, 5), strict=True):
            cls._invoice(partner, amount)
        cls.long_term, cls.short_term = cls.env["account.payment.term"].create(
            [{"name": "60 days"}, {"name": "Prepaid"}]
        )
        cls.customers.property_payment_term_id = False
        cls.tag = cls.env["res.partner.category"].create({"name": "Key account"})

    def _action(self, name=False, level=None, **values):
        if name:
            field = self.env["ir.model.fields"]._get("res.partner", name)
            operation = "add" if field.ttype == "many2many" else "set"
            values = {"kind": "field", "field_id": field.id, "operation": operation, **values}
        level = level or self.class_a
        return self.env["abc.class.action"].create({"policy_id": level.policy_id.id, "class_id": level.id, **values})

    def _term_action(self, **values):
        return self._action("property_payment_term_id", **{"value_id": self.long_term.id, **values})

    def _swap(self, as_of=None):
        """Bob grows past Ann; returns the run that sees it."""
        self._invoice(self.bob, 985, "2024-07-05")
        return self._classify(as_of or self.NEXT)

    def _classify_and_swap(self):
        self._classify()
        return self._swap()

    def _proposals(self, *conditions):
        domain = [("policy_id.company_id", "=", self.company.id), *conditions]
        return self.env["abc.proposal"].search(domain, order="id")

    def _plan(self, *responsibles):
        """A plan of a call per responsible; None: asked at launch."""
        todo = self.env.ref("mail.mail_activity_data_todo")
        lines = [
            {
                "activity_type_id": todo.id,
                "summary": f"Call {place}",
                "responsible_type": "other" if user else "on_demand",
                "responsible_id": user and user.id,
            }
            for place, user in enumerate(responsibles)
        ]
        # sudo: plans are set up by administrators
        plans = self.env["mail.activity.plan"].sudo()
        vals = {"name": "Welcome", "res_model": "res.partner", "template_ids": [(0, 0, line) for line in lines]}
        return plans.create(vals).sudo(False)

    def _plan_action(self, plan=None, **values):
        plan = plan or self._plan(None)
        return self._action(**{"kind": "plan", "plan_id": plan.id, "plan_user_id": self.env.uid, **values})

    def _start_plans(self):
        with self.enter_registry_test_mode():
            self.env.ref("customer_abc_segmentation.ir_cron_start_class_plans").sudo().method_direct_trigger()
        self.env.invalidate_all()
