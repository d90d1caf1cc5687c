"""Fits the models of a company and writes what was found."""

from dateutil.relativedelta import relativedelta

from odoo import fields, models

from ..core import churn, churn_backtest, churn_guards, clv


class CustomerChurnFitter(models.AbstractModel):
    """Three cuts: *now*; one horizon before, where the models are tested; two before, for what needs an outcome."""

    _name = "customer.churn.fitter"
    _description = "Churn Model Fitter"

    def _run(self, policy, as_of):
        """Fit for the company of a policy as of a date; returns the new ``customer.churn.model``, in force from now."""
        horizon = relativedelta(months=policy.churn_months)
        cut = as_of - horizon
        days = (as_of - cut).days
        gather = self.env["customer.churn.facts"]
        earlier, tested = (gather._gather(policy, day, days) for day in (cut - relativedelta(days=days), cut))
        now = gather._gather(policy, as_of)
        results = churn_backtest.measure(churn.fit(tested, earlier, gather._gap_counter(policy, cut)), tested, days)
        fits = churn.fit(now, tested, gather._gap_counter(policy, as_of))
        guards = churn_guards.check(fits, now, gather._recent_share(policy, as_of))
        choice = churn_guards.choose(fits, guards, results)
        values = {
            **self._prepare_data_vals(policy, as_of, now),
            **self._prepare_test_vals(tested, cut, days),
            **self._prepare_fit_vals(fits),
            "method": choice.risk,
            "purchases_method": choice.purchases,
            "revenue_method": choice.revenue,
            "reason": choice.reason,
            "guard_ids": [fields.Command.create(self._prepare_guard_vals(guard)) for guard in guards],
            "result_ids": [fields.Command.create(self._prepare_result_vals(result)) for result in results.values()],
        }
        return self._put_in_force(policy, values)

    def _put_in_force(self, policy, values):
        # sudo: fits are written by this method only, nobody has the right to change them
        models_sudo = self.env["customer.churn.model"].sudo()
        models_sudo._get_current(policy.company_id).is_current = False
        models_sudo.flush_model()
        return models_sudo.create(values).with_env(self.env)

    # ------------------------------------------------------------------
    # VALUES
    # ------------------------------------------------------------------

    def _prepare_data_vals(self, policy, as_of, now):
        return {
            "company_id": policy.company_id.id,
            "currency_id": policy.company_id.currency_id.id,
            "user_id": self.env.uid,
            "date": as_of,
            "is_current": True,
            "customer_count": len(now.count),
            "repeat_count": int(now.repeats.sum()),
            "months": float(now.age.max()) / churn.DAYS_A_MONTH if len(now.age) else 0,
        }

    def _prepare_test_vals(self, tested, cut, days):
        ratios = churn_backtest.hold_out_ratios(tested, days, (clv.LOW, clv.HIGH))
        kept = churn_backtest.kept_share(tested, days)
        return {
            "horizon_days": days,
            "holdout_start": cut + relativedelta(days=1),
            "holdout_purchases": int(tested.later_count.sum()),
            "holdout_revenue": float(tested.later_net.sum()),
            "kept_share": kept or 0,
            "ratios": ratios and kept is not None and {"kept": kept, "low": ratios[0], "high": ratios[1]},
        }

    def _prepare_fit_vals(self, fits):
        values = {
            "fits": fits.as_dict(),
            "has_bg_nbd": bool(fits.bg_nbd),
            "has_gamma_gamma": bool(fits.gamma_gamma),
            "has_logistic": bool(fits.logistic),
            "rhythm_median": fits.rhythm.median if fits.rhythm else 0,
        }
        for prefix, model, names in (
            ("bg", fits.bg_nbd, ("r", "alpha", "a", "b", "log_likelihood")),
            ("gg", fits.gamma_gamma, ("p", "q", "gamma", "log_likelihood")),
        ):
            if model:
                values |= {f"{prefix}_{name}": getattr(model, name) for name in names}
        return values

    def _prepare_guard_vals(self, guard):
        return {
            "key": guard.key,
            "passed": guard.passed,
            "has_value": guard.value is not None,
            "value": guard.value,
            "limit": guard.limit,
        }

    def _prepare_result_vals(self, result):
        figures = {name: getattr(result, name) for name in result.__slots__}
        return {
            **figures,
            "is_naive": result.method in (churn.LAST_YEAR, churn.RECENCY, churn.RECENCY_FREQUENCY),
            "has_auc": result.auc is not None,
            "has_purchases": result.mae is not None,
            "has_revenue": result.revenue_mae is not None,
        }
