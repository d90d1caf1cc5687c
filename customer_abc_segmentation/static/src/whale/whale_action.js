import { formatCurrency } from "@web/core/currency";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { WhaleChart } from "./whale_chart";

import { Component, onWillStart, useState } from "@odoo/owl";

/** Who earns us our profit, and who takes it away again. */
export class WhaleAction extends Component {
    static template = "customer_abc_segmentation.WhaleAction";
    static components = { Layout, WhaleChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({ period: "last_12_months", curve: null });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.curve = await this.orm.call("customer.whale", "get_curve", [], { period: this.state.period });
        this.state.period = this.state.curve.period.key;
    }

    get curve() {
        return this.state.curve;
    }

    get caption() {
        const { from, to } = this.curve.period;
        return _t("Cumulative profit from %(start)s to %(end)s", {
            start: formatDate(deserializeDate(from)),
            end: formatDate(deserializeDate(to)),
        });
    }

    formatMoney(value, humanReadable = false) {
        return formatCurrency(value, this.curve.currency_id, { humanReadable });
    }

    formatShare(part) {
        return `${formatFloat(this.curve.customers ? (100 * part) / this.curve.customers : 0, { digits: [16, 1] })} %`;
    }

    /** The peak as a share of what is left, where anything is. */
    get peakNote() {
        const { peak, total } = this.curve;
        const share = `${formatFloat((100 * peak.profit) / total, { digits: [16, 0] })} %`;
        return total > 0 ? _t("%(share)s of the profit left", { share }) : "";
    }

    async onPeriod(ev) {
        this.state.period = ev.target.value;
        await this.load();
    }

    async openSlice(rankFrom, rankTo) {
        const action = await this.orm.call("customer.whale", "get_customers_action", [
            this.state.period,
            rankFrom,
            rankTo,
        ]);
        await this.action.doAction(action);
    }

    openEarners() {
        return this.openSlice(1, this.curve.peak.rank);
    }

    openLosers() {
        return this.openSlice(this.curve.losses.rank_from, this.curve.customers);
    }

    openEverybody() {
        return this.openSlice(1, this.curve.customers);
    }

    openCustomer(partnerId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: partnerId,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("customer_abc_segmentation.whale", WhaleAction);
