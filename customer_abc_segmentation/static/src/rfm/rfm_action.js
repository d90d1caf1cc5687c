import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { formatShare } from "../shared/format";
import { formatAmount, toCells } from "./rfm_cells";
import { RfmGrid } from "./rfm_grid";
import { StageFunnel } from "./stage_funnel";

import { Component, onWillStart, useState } from "@odoo/owl";

/** Who buys how lately and how often, what to do about them, and where the customers stand in their life. */
export class RfmAction extends Component {
    static template = "customer_abc_segmentation.RfmAction";
    static components = { Layout, RfmGrid, StageFunnel };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({ data: null, measure: "customers", segmentId: false, isBusy: false });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.data = await this.orm.call("rfm.heat.map", "get_data", []);
    }

    get data() {
        return this.state.data;
    }

    get hasValues() {
        return this.data.policy && this.data.policy.date && this.data.stages.some((stage) => stage.customers);
    }

    get caption() {
        const [start, end] = this.data.policy.window.map((day) => formatDate(deserializeDate(day)));
        return _t("Purchases from %(start)s to %(end)s", { start, end });
    }

    get segments() {
        const total = this.sum(this.data.segments);
        return this.data.segments.map((segment) => ({
            ...segment,
            share: total ? segment[this.state.measure] / total : 0,
        }));
    }

    get segment() {
        return this.data.segments.find((segment) => segment.id === this.state.segmentId);
    }

    get cells() {
        return toCells(this.data, this.state.measure, this.state.segmentId);
    }

    sum(rows) {
        return rows.reduce((total, row) => total + Math.max(0, row[this.state.measure]), 0);
    }

    formatAmount(amount) {
        return formatAmount(this.data, amount);
    }

    formatCount(count) {
        return formatInteger(count);
    }

    formatShare(share) {
        return formatShare(share);
    }

    setMeasure(measure) {
        this.state.measure = measure;
    }

    toggleSegment(segment) {
        this.state.segmentId = this.state.segmentId === segment.id ? false : segment.id;
    }

    async refresh() {
        this.state.isBusy = true;
        try {
            await this.orm.call("customer.value.policy", "action_refresh", [[this.data.policy.id]]);
            await this.load();
        } finally {
            this.state.isBusy = false;
        }
    }

    openPolicy() {
        if (!this.data.policy) {
            return this.action.doAction("customer_abc_segmentation.action_customer_value_policy");
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "customer.value.policy",
            res_id: this.data.policy.id,
            views: [[false, "form"]],
        });
    }

    async openCustomers(name, domain) {
        const action = await this.action.loadAction("customer_abc_segmentation.action_customer_value");
        return this.action.doAction({
            ...action,
            display_name: name,
            name,
            domain: [["company_id", "=", this.data.policy.company_id], ...domain],
        });
    }

    openCell(cell) {
        return this.openCustomers(_t("%(segment)s: R %(r)s, F %(f)s", { segment: cell.title, r: cell.r, f: cell.f }), [
            ["rfm_r", "=", cell.r],
            ["rfm_f", "=", cell.f],
        ]);
    }

    openStage(stage) {
        return this.openCustomers(stage.name, [["stage", "=", stage.key]]);
    }

    openSegment() {
        return this.openCustomers(this.segment.name, [["rfm_segment_id", "=", this.segment.id]]);
    }

    async doWithSegment(method) {
        return this.action.doAction(await this.orm.call("rfm.segment", method, [[this.segment.id]]));
    }
}

registry.category("actions").add("customer_abc_segmentation.rfm", RfmAction);
