"""What happens to a confirmed round of reminders: e-mails into the queue, letters on paper."""

from ..generator import end_date
from .base import Operation


class _Notices(Operation):
    """``count`` notices of one level, queued, in the transaction of the measurement."""

    models = ("dunning.run", "dunning.plan")
    count = 1000
    level = {"send_email": True, "attach_invoices": False}

    def before(self, env):
        env["dunning.plan"].search([("company_id", "=", env.company.id)]).active = False
        template = env.ref("receivable_dunning.mail_template_dunning_reminder")
        level = {"name": "Reminder", "days": 1, "mail_template_id": template.id, **self.level}
        plan = env["dunning.plan"].create(
            {"name": "Benchmark", "company_id": env.company.id, "level_ids": [(0, 0, level)]}
        )
        run = env["dunning.run"].create({"date": end_date(env), "plan_ids": plan.ids})
        run.action_propose()
        # the customers of the generated ledger have no street: a letter needs one
        notices = run.notice_ids.sorted("id")[: self.count]
        (run.notice_ids - notices).state = "excluded"
        notices.state = "queued"
        run.state = "confirmed"
        env.flush_all()
        self.notice_ids = notices.ids

    def _notices(self, env):
        return env["dunning.notice"].browse(self.notice_ids)


class DunningEmails(_Notices):
    """In batches as the scheduled action does; the floor writes the same e-mails by Odoo's batch of the template."""

    name = "dunning_emails"
    title = "E-mailing 1,000 confirmed notices into the queue, guard included"
    bar = 2

    def run(self, env):
        notices, size = self._notices(env), env["dunning.notice"]._send_batch_size
        for start in range(0, len(notices), size):
            env["dunning.sender"]._send(notices[start : start + size], end_date(env))
        env.flush_all()

    def floor(self, env):
        notices = self._notices(env)
        # without it Odoo signs the links one by one, which takes fifty times as long
        env["dunning.sender"]._sign_portal_links(notices)
        notices.level_id.mail_template_id.send_mail_batch(notices.ids)
        env.flush_all()

    def product_summary(self, env, answer):
        """How many e-mails there are, and what they claim."""
        mails = env["mail.mail"].search([("model", "=", "dunning.notice"), ("res_id", "in", self.notice_ids)])
        return [len(mails), round(sum(self._notices(env).mapped("amount_total")) * 100)]

    def floor_summary(self, env, answer):
        return self.product_summary(env, answer)


class DunningLetters(_Notices):
    """PDFs as they are kept with the notices; the floor only renders their pages as HTML."""

    name = "dunning_letters"
    title = "100 PDF letters"
    count = 100
    limit = 5.0

    def run(self, env):
        env["dunning.sender"].with_context(force_report_rendering=True)._make_letters(self._notices(env))
        env.flush_all()

    def floor(self, env):
        report = "receivable_dunning.report_dunning_letter"
        return env["ir.actions.report"]._render_qweb_html(report, self.notice_ids)[0]

    def product_summary(self, env, answer):
        return len(self._notices(env).letter_id)

    def floor_summary(self, env, answer):
        return answer.count(b'class="o_dl_mark"')
