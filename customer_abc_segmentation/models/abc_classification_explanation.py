from odoo import api, fields, models
from odoo.tools import format_date, formatLang


class AbcClassification(models.Model):
    """Why a customer is in its class: one or two sentences with the figures that decided."""

    _inherit = "abc.classification"

    explanation = fields.Text(string="Why", compute="_compute_explanation")

    @api.depends_context("lang", "uid")
    @api.depends("class_id", "rule", "measure", "rank", "share_before", "figures_run_id", "reason", "date_to")
    def _compute_explanation(self):
        for row in self:
            sentences = [row._explain_manual()] if row.is_manual else [row._explain_class(), row._explain_xyz()]
            if row.movement in ("up", "down"):
                sentences.append(self.env._("Before, it was in class %(code)s.", code=row.previous_class_id.code))
            row.explanation = " ".join(sentences)

    def _format_measure(self):
        if self.currency_id:
            return formatLang(self.env, self.measure, currency_obj=self.currency_id)
        return formatLang(self.env, self.measure, digits=0)

    def _format_share(self, share):
        return f"{formatLang(self.env, 100 * share, digits=1)} %"

    def _explain_manual(self):
        facts = {
            "code": self.class_id.code,
            "user": self.reason_user_id.sudo().name,
            "date": format_date(self.env, self.date_from),
            "reason": self.reason,
        }
        if self.date_to:
            until = format_date(self.env, self.date_to)
            return self.env._(
                "Set to class %(code)s by %(user)s from %(date)s until %(until)s: %(reason)s", until=until, **facts
            )
        return self.env._("Set to class %(code)s by %(user)s from %(date)s: %(reason)s", **facts)

    def _explain_class(self):
        # sudo: the log is the managers', its dates and counts explain the class to everybody who sees the class
        run = self.figures_run_id.sudo()
        facts = {
            "code": self.class_id.code,
            "limit": f"{self.class_id.upper_share:g} %",
            "rank": self.rank,
            "count": run.customer_count,
            "measure_name": dict(self.policy_id._fields["measure"]._description_selection(self.env))[
                self.policy_id.measure
            ],
            "measure": self._format_measure(),
            "share": self._format_share(self.share),
            "before": self._format_share(self.share_before),
            "start": format_date(self.env, run.window_start),
            "end": format_date(self.env, run.window_end),
        }
        return self._get_class_sentence(facts)

    def _get_class_sentence(self, facts):
        if self.rule == "nothing":
            return self.env._(
                "Class %(code)s, the last one: %(measure_name)s from %(start)s to %(end)s is %(measure)s, "
                "not above zero.",
                **facts,
            )
        if self.rule == "leader":
            return self.env._(
                "Class %(code)s: rank %(rank)s, nobody is before. %(measure_name)s from %(start)s to %(end)s is "
                "%(measure)s, %(share)s of the total.",
                **facts,
            )
        if self.rule == "kept":
            return self.env._(
                "Class %(code)s, kept: rank %(rank)s, %(measure_name)s from %(start)s to %(end)s is %(measure)s, "
                "%(share)s of the total. The customers before hold %(before)s, too close to the limit for a change.",
                **facts,
            )
        return self.env._(
            "Class %(code)s: rank %(rank)s, %(measure_name)s from %(start)s to %(end)s is %(measure)s, %(share)s of "
            "the total. The customers before hold %(before)s, less than the %(limit)s that class %(code)s goes up to.",
            **facts,
        )

    def _explain_xyz(self):
        policy = self.policy_id
        if self.xyz == "N":
            return self.env._(
                "XYZ class N: fewer than %(minimum)s of the last %(count)s complete periods have sales, or returns "
                "outweigh them.",
                minimum=policy.xyz_minimum_active,
                count=policy.xyz_period_count,
            )
        return self.env._(
            "XYZ class %(code)s: the sales of the last %(count)s complete periods vary by %(variation)s times "
            "their mean.",
            code=self.xyz,
            count=policy.xyz_period_count,
            variation=formatLang(self.env, self.variation, digits=2),
        )
