import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { DashboardChart } from "./chart";
import { ageColor, agingConfig, COLORS, forecastConfig, trendConfig } from "./charts";
import { Formats } from "./format";
import { DashboardTile } from "./tile";
import { describePeriods, describeTiles } from "./tiles";

import { Component, onMounted, useState } from "@odoo/owl";

const ADDON = "receivable_dunning";

/** The receivables on one page: what is open, what will come, who is late, and what is being done about it. */
export class CollectionsDashboard extends Component {
    static template = `${ADDON}.CollectionsDashboard`;
    static components = { DashboardChart, DashboardTile, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.about = describeTiles();
        this.ageColor = ageColor;
        this.periods = describePeriods();
        const { companyId = false, periodKey = "month" } = this.props.state || {};
        this.state = useState({ data: null, worklist: undefined, isBusy: false, companyId, periodKey, failed: false });
        useSetupAction({
            getLocalState: () => ({ companyId: this.state.companyId, periodKey: this.state.periodKey }),
        });
        onMounted(() => this.load());
    }

    // ------------------------------------------------------------------
    // DATA
    // ------------------------------------------------------------------

    async load() {
        const { companyId, periodKey } = this.state;
        this.state.isBusy = true;
        this.state.failed = false;
        try {
            const data = await this.orm.call("collections.dashboard", "get_data", [companyId, periodKey]);
            this.formats = new Formats(data.company.currency_id);
            this.charts = {
                forecast: data.forecast && forecastConfig(data.forecast, this.formats, (index) => this.openWeek(index)),
                aging: agingConfig(data.aging, this.formats, (index) => this.openBucket(this.data.aging.buckets[index])),
                trend: trendConfig(data.trend, this.formats, (index) => this.openMonth(this.data.trend.months[index])),
            };
            this.state.data = data;
            this.loadWorklist(companyId);
        } catch (error) {
            this.state.failed = true;
            throw error;
        } finally {
            this.state.isBusy = false;
        }
    }

    /** Weighs all customers of the moment, so the page does not wait for it. */
    async loadWorklist(companyId) {
        const rows = await this.orm.call("collections.dashboard", "get_worklist", [companyId]);
        if (companyId === this.state.companyId) {
            this.state.worklist = rows;
        }
    }

    get data() {
        return this.state.data;
    }

    get hasAnything() {
        return this.data.aging.count || this.data.trend.months.length;
    }

    setCompany(ev) {
        this.state.companyId = Number(ev.target.value);
        return this.load();
    }

    setPeriod(periodKey) {
        this.state.periodKey = periodKey;
        return this.load();
    }

    /** Everything anew; the forecast, which the night keeps, is computed again first. */
    async refresh() {
        this.state.isBusy = true;
        try {
            await this.orm.call("receivable.cash.forecast", "action_refresh", []);
        } finally {
            this.state.isBusy = false;
        }
        return this.load();
    }

    // ------------------------------------------------------------------
    // TEXT
    // ------------------------------------------------------------------

    get periodDays() {
        const { date_from, date_to } = this.data.period;
        return `${this.formats.day(date_from)} – ${this.formats.day(date_to)}`;
    }

    get forecastBasis() {
        const { as_of, computed_on } = this.data.forecast;
        const [day, time] = [this.formats.day(as_of), this.formats.time(computed_on)];
        return time
            ? _t("With what was known on %(day)s, computed %(time)s.", { day, time })
            : _t("With what was known on %s.", day);
    }

    get forecastQuality() {
        const quality = this.data.forecast.quality;
        if (!quality) {
            return _t("Not back-tested yet: the bands show chance only.");
        }
        const errors = _t("In %(months)s months measured, the four-week sum was %(error)s off; by due dates %(due)s.", {
            months: quality.months,
            error: this.formats.percent(quality.error),
            due: this.formats.percent(quality.error_due),
        });
        if (!quality.weeks) {
            return errors;
        }
        const band = _t("%s of the weeks ended within the band.", this.formats.percent(quality.within / quality.weeks, 0));
        return `${errors} ${band}`;
    }

    get forecastLabel() {
        const { near, near_end } = this.data.forecast;
        return _t("Cash forecast: %(amount)s expected until %(day)s. The table below has every week.", {
            amount: this.formats.money(near),
            day: this.formats.day(near_end),
        });
    }

    get agingLabel() {
        const parts = this.data.aging.buckets.map((bucket) => `${bucket.name}: ${this.formats.money(bucket.amount)}`);
        return _t("Open receivables by age: %s", parts.join(", "));
    }

    get trendLabel() {
        const parts = this.data.trend.months.map((month) => `${month.label}: ${this.formats.days(month.dso)}`);
        return _t("DSO by month: %s", parts.join(", "));
    }

    get promisesDueText() {
        const { due, until } = this.data.promises;
        return _t("%(count)s due until %(day)s", { count: this.formats.count(due.count), day: this.formats.day(until) });
    }

    get openDisputesText() {
        return _t("All Open (%s)", this.formats.count(this.data.disputes.open.count));
    }

    get missedDisputesText() {
        return _t("%s past their deadline", this.formats.count(this.data.disputes.missed.count));
    }

    share(amount) {
        const { total } = this.data.aging;
        return total > 0 ? this.formats.percent(amount / total, 0) : "";
    }

    get promiseStates() {
        return [
            { key: "kept", name: _t("Kept"), color: COLORS.promised },
            { key: "partly", name: _t("Partly kept"), color: COLORS.disputed },
            { key: "broken", name: _t("Broken"), color: COLORS.target },
        ].map((state) => ({ ...state, ...this.data.promises[state.key] }));
    }

    get decidedPromises() {
        return this.promiseStates.reduce((total, state) => total + state.amount, 0);
    }

    // ------------------------------------------------------------------
    // OPEN
    // ------------------------------------------------------------------

    async open(name, { title, domain = [], context = {}, viewType } = {}) {
        const action = await this.action.loadAction(name.includes(".") ? name : `${ADDON}.${name}`);
        const named = title ? { name: title, display_name: title } : {};
        return this.action.doAction({ ...action, ...named, domain, context }, { viewType });
    }

    openRecord(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    get ofCompany() {
        return ["company_id", "child_of", this.data.company.id];
    }

    get ofRoot() {
        return ["company_id", "=", this.data.company.id];
    }

    openAging(title, domain = []) {
        const context = { bucket_scheme_id: this.data.aging.scheme_id };
        return this.open("action_receivable_aging", { title, domain: [this.ofCompany, ...domain], context, viewType: "list" });
    }

    openBucket(bucket) {
        return this.openAging(_t("Aged Receivables: %s", bucket.name), [["bucket_id", "=", bucket.id]]);
    }

    openCustomer(row) {
        return this.openAging(_t("Overdue: %s", row.name), [
            ["commercial_partner_id", "=", row.id],
            ["age", ">", 0],
        ]);
    }

    openTile(tile) {
        return this.about[tile.key].open(this, tile);
    }

    openMonth(month) {
        return this.openRecord("receivable.kpi", month.id);
    }

    openWeek(index) {
        const week = this.data.forecast.weeks[index];
        const days = `${this.formats.day(week.week_start)} – ${this.formats.day(week.week_end)}`;
        return this.openCash(_t("Cash Expected %s", days), [week.number]);
    }

    /** The invoices behind some weeks, with the knowledge of the same day. */
    openCash(title, weeks, domain = []) {
        return this.open("action_receivable_cash_item", {
            title,
            domain: [this.ofCompany, ...domain],
            context: { as_of: this.data.forecast.as_of, cash_weeks: weeks },
        });
    }

    openNear() {
        return this.openCash(_t("Cash Expected in Four Weeks"), [1, 2, 3, 4]);
    }

    openLater() {
        return this.openCash(_t("Cash Expected Later"), [this.data.forecast.weeks.length + 1], [["basis", "!=", "unknown"]]);
    }

    openUnknown() {
        return this.openCash(_t("No Date Expected"), [this.data.forecast.weeks.length + 1], [["basis", "=", "unknown"]]);
    }

    openPromises(state) {
        const { date_from, date_to } = this.data.period;
        return this.open("action_receivable_promise", {
            title: _t("Promises: %s", state.name),
            domain: [
                this.ofRoot,
                ["state", "=", state.key],
                ["date_promised", ">=", date_from],
                ["date_promised", "<=", date_to],
            ],
        });
    }

    openPromisesDue() {
        return this.open("action_receivable_promise_line", {
            title: _t("Promises Due"),
            domain: [
                this.ofRoot,
                ["promise_id.state", "=", "open"],
                ["state", "=", "open"],
                ["date_promised", "<=", this.data.promises.until],
            ],
            viewType: "list",
        });
    }

    openNotices(state) {
        return this.open("action_dunning_notice", {
            title: `${this.data.run.name}: ${state.name}`,
            domain: [
                ["run_id", "=", this.data.run.id],
                ["state", "=", state.key],
            ],
        });
    }

    openDisputes(isMissed) {
        const missed = isMissed ? [["next_deadline", "<", this.data.today], ["waiting_since", "=", false]] : [];
        return this.open("action_receivable_dispute", {
            title: isMissed ? _t("Disputes Past Their Deadline") : _t("Open Disputes"),
            domain: [this.ofRoot, ["state", "=", "open"], ...missed],
        });
    }
}

registry.category("actions").add(`${ADDON}.dashboard`, CollectionsDashboard);
