import { loadBundle } from "@web/core/assets";

import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";

/** A Chart.js chart that is drawn anew whenever its configuration changes; what it says stands in its label, too. */
export class DashboardChart extends Component {
    static template = "receivable_dunning.DashboardChart";
    static props = { config: Object, label: String };

    setup() {
        const canvasRef = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (config) => {
                const chart = new Chart(canvasRef.el, config);
                return () => chart.destroy();
            },
            () => [this.props.config]
        );
    }
}
