import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { MatrixTable } from "./matrix_table";

import { Component, onWillStart, useState } from "@odoo/owl";

const { DateTime } = luxon;
const SPANS = { month: { months: 1 }, quarter: { months: 3 }, year: { years: 1 } };

/** From which class to which: the customers of a policy on two days. */
export class MatrixAction extends Component {
    static template = "customer_abc_segmentation.MatrixAction";
    static components = { Layout, MatrixTable };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        const params = this.props.action.params || {};
        this.state = useState({
            policyId: params.policy_id || false,
            dateFrom: params.date_from || false,
            dateTo: params.date_to || false,
            matrix: null,
        });
        onWillStart(() => this.load());
    }

    async load() {
        const { policyId, dateFrom, dateTo } = this.state;
        this.state.matrix = await this.orm.call("abc.matrix", "get_matrix", [], {
            policy_id: policyId,
            date_from: dateFrom,
            date_to: dateTo,
        });
        this.state.policyId = this.matrix.policy?.id || false;
        this.state.dateFrom = this.matrix.date_from;
        this.state.dateTo = this.matrix.date_to;
    }

    get matrix() {
        return this.state.matrix;
    }

    get hasCells() {
        return this.matrix.policy && this.matrix.cells.length > 0;
    }

    get spans() {
        return [
            { id: "month", name: _t("1 month") },
            { id: "quarter", name: _t("3 months") },
            { id: "year", name: _t("1 year") },
        ];
    }

    get cards() {
        const { counts } = this.matrix;
        return [
            { kind: "up", name: _t("Up"), icon: "fa-arrow-up", count: counts.up },
            { kind: "down", name: _t("Down"), icon: "fa-arrow-down", count: counts.down },
            { kind: "stayed", name: _t("Stayed"), icon: "fa-minus", count: counts.stayed },
            { kind: "new", name: _t("New"), icon: "fa-plus", count: counts.new },
            { kind: "left", name: _t("Left"), icon: "fa-sign-out", count: counts.left },
        ];
    }

    formatCount(count) {
        return formatFloat(count, { digits: [16, 0] });
    }

    async onPolicy(ev) {
        this.state.policyId = Number(ev.target.value);
        this.state.dateFrom = this.state.dateTo = false;
        await this.load();
    }

    async onDay(name, ev) {
        if (ev.target.value) {
            this.state[name] = ev.target.value;
            if (this.state.dateFrom > this.state.dateTo) {
                this.state.dateFrom = this.state.dateTo = ev.target.value;
            }
            await this.load();
        }
    }

    async onSpan(span) {
        this.state.dateFrom = DateTime.fromISO(this.state.dateTo).minus(SPANS[span]).toISODate();
        await this.load();
    }

    async openCell(row, column) {
        const action = await this.orm.call("abc.matrix", "get_cell_action", [
            this.state.policyId,
            [this.state.dateFrom, this.state.dateTo],
            [row.id, column.id],
        ]);
        await this.action.doAction(action);
    }

    openRuns() {
        this.action.doAction("customer_abc_segmentation.action_abc_migration");
    }

    openPolicies() {
        this.action.doAction("customer_abc_segmentation.action_abc_policy");
    }
}

registry.category("actions").add("customer_abc_segmentation.matrix", MatrixAction);
