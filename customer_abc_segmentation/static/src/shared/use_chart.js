import { loadBundle } from "@web/core/assets";

import { onWillStart, useEffect, useRef } from "@odoo/owl";

/**
 * Draws a Chart.js chart on the element `canvas` of the component, anew whenever its data change.
 *
 * @param {() => Object} getData what the chart depends on
 * @param {(data: Object) => Object} getConfig the configuration of Chart.js
 */
export function useChart(getData, getConfig) {
    const canvasRef = useRef("canvas");
    onWillStart(() => loadBundle("web.chartjs_lib"));
    useEffect(
        (data) => {
            const chart = new Chart(canvasRef.el, getConfig(data));
            return () => chart.destroy();
        },
        () => [getData()]
    );
}
