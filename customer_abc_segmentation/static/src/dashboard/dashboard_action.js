import { formatCurrency } from "@web/core/currency";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { formatInteger } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { MatrixTable } from "../matrix/matrix_table";
import { ParetoChart } from "../pareto/pareto_chart";
import { formatAmount, toCells } from "../rfm/rfm_cells";
import { RfmGrid } from "../rfm/rfm_grid";
import { StageFunnel } from "../rfm/stage_funnel";

import { Component, onWillStart, useState } from "@odoo/owl";

const ADDON = "customer_abc_segmentation";

/** Everything about the customers on one page: each panel is the short form of a screen of its own. */
export class CustomerDashboard extends Component {
    static template = `${ADDON}.CustomerDashboard`;
    static components = { Layout, MatrixTable, ParetoChart, RfmGrid, StageFunnel };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({ data: null });
        onWillStart(async () => {
            this.state.data = await this.orm.call("customer.dashboard", "get_data", []);
        });
    }

    get data() {
        return this.state.data;
    }

    get policy() {
        return this.data.rfm.policy;
    }

    get hasValues() {
        return this.policy && this.policy.date && this.data.rfm.stages.some((stage) => stage.customers);
    }

    get hasPareto() {
        return this.data.pareto && this.data.pareto.policy && this.data.pareto.bars.length > 0;
    }

    get hasMatrix() {
        return this.data.matrix && this.data.matrix.policy && this.data.matrix.cells.length > 0;
    }

    get caption() {
        return _t("As of %s", formatDate(deserializeDate(this.policy.date)));
    }

    get matrixCaption() {
        const [start, end] = [this.data.matrix.date_from, this.data.matrix.date_to].map((day) =>
            formatDate(deserializeDate(day))
        );
        return _t("Moves from %(start)s to %(end)s", { start, end });
    }

    get cells() {
        return toCells(this.data.rfm, "customers");
    }

    // ------------------------------------------------------------------
    // FORMAT
    // ------------------------------------------------------------------

    formatAmount(amount) {
        return formatAmount(this.data.rfm, amount);
    }

    formatCount(count) {
        return formatInteger(count);
    }

    formatDay(day) {
        return day ? formatDate(deserializeDate(day)) : "";
    }

    formatRisk(share) {
        return `${formatFloat(100 * share, { digits: [16, 1] })} %`;
    }

    formatMeasure(value, humanReadable = false) {
        const currencyId = this.data.pareto.policy.currency_id;
        return currencyId
            ? formatCurrency(value, currencyId, { humanReadable })
            : formatFloat(value, { digits: [16, 0], humanReadable });
    }

    // ------------------------------------------------------------------
    // OPEN
    // ------------------------------------------------------------------

    open(name) {
        return this.action.doAction(`${ADDON}.${name}`);
    }

    async openValues(name, domain) {
        const action = await this.action.loadAction(`${ADDON}.action_customer_value`);
        return this.action.doAction({
            ...action,
            display_name: name,
            name,
            domain: [["company_id", "=", this.policy.company_id], ...domain],
        });
    }

    openFigure(figure) {
        return this.openValues(figure.name, figure.domain);
    }

    openCell(cell) {
        return this.openValues(cell.title, [
            ["rfm_r", "=", cell.r],
            ["rfm_f", "=", cell.f],
        ]);
    }

    openStage(stage) {
        return this.openValues(stage.name, [["stage", "=", stage.key]]);
    }

    openRecord(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    async openMove(row, column) {
        const { policy, date_from, date_to } = this.data.matrix;
        const action = await this.orm.call("abc.matrix", "get_cell_action", [
            policy.id,
            [date_from, date_to],
            [row.id, column.id],
        ]);
        return this.action.doAction(action);
    }
}

registry.category("actions").add(`${ADDON}.dashboard`, CustomerDashboard);
