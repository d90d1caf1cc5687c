import { formatCurrency } from "@web/core/currency";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { formatShare } from "../shared/format";
import { ParetoChart } from "./pareto_chart";

import { Component, onWillStart, useState } from "@odoo/owl";

const TOP_CHOICES = [20, 40, 80, 150];

/** Who earns us our money: customers by measure, the cumulative curve and the classes of a policy. */
export class ParetoAction extends Component {
    static template = "customer_abc_segmentation.ParetoAction";
    static components = { Layout, ParetoChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.topChoices = TOP_CHOICES;
        this.display = { controlPanel: {} };
        this.state = useState({
            policyId: this.props.action.params?.policy_id || false,
            partitionId: false,
            top: 40,
            chart: null,
            isBusy: false,
        });
        onWillStart(() => this.load());
    }

    async load() {
        const { policyId, partitionId, top } = this.state;
        this.state.chart = await this.orm.call("abc.pareto", "get_chart", [], {
            policy_id: policyId,
            partition_id: partitionId,
            top,
        });
        this.state.policyId = this.state.chart.policy?.id || false;
        this.state.partitionId = this.state.chart.partition_id;
    }

    get chart() {
        return this.state.chart;
    }

    get hasBars() {
        return this.chart.policy && this.chart.bars.length > 0;
    }

    get caption() {
        const [start, end] = this.chart.policy.window.map((day) => formatDate(deserializeDate(day)));
        return _t("%(measure)s from %(start)s to %(end)s", { measure: this.chart.policy.measure, start, end });
    }

    get customerCount() {
        return this.chart.classes.reduce((sum, level) => sum + level.customers, 0);
    }

    formatMeasure(value, humanReadable = false) {
        const currencyId = this.chart.policy.currency_id;
        if (currencyId) {
            return formatCurrency(value, currencyId, { humanReadable });
        }
        return formatFloat(value, { digits: [16, 0], humanReadable });
    }

    formatShare(share) {
        return formatShare(share);
    }

    shareOfCustomers(level) {
        return this.customerCount ? level.customers / this.customerCount : 0;
    }

    async onPolicy(ev) {
        this.state.policyId = Number(ev.target.value);
        this.state.partitionId = false;
        await this.load();
    }

    async onPartition(ev) {
        this.state.partitionId = Number(ev.target.value) || false;
        await this.load();
    }

    async onTop(ev) {
        this.state.top = Number(ev.target.value);
        await this.load();
    }

    async classify() {
        this.state.isBusy = true;
        try {
            await this.orm.call("abc.policy", "action_classify", [[this.state.policyId]]);
            await this.load();
        } finally {
            this.state.isBusy = false;
        }
    }

    openPolicies() {
        this.action.doAction("customer_abc_segmentation.action_abc_policy");
    }

    openCustomer(partnerId) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: partnerId,
            views: [[false, "form"]],
        });
    }

    /** The customers that the card counts: computed classes, of the partition that is shown. */
    async openClass(level) {
        const { policy, partitions, partition_id } = this.chart;
        const action = await this.action.loadAction("customer_abc_segmentation.action_abc_classification");
        const domain = [
            ["policy_id", "=", policy.id],
            ["class_id", "=", level.id],
            ["is_manual", "=", false],
            ["date_to", "=", false],
        ];
        if (partitions.length) {
            domain.push(["partition_id", "=", partition_id]);
        }
        const name = _t("Class %(code)s: %(policy)s", { code: level.code, policy: policy.name });
        await this.action.doAction({ ...action, display_name: name, name, domain, context: {} });
    }
}

registry.category("actions").add("customer_abc_segmentation.pareto", ParetoAction);
