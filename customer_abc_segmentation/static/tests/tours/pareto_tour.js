/* global Chart */
import { registry } from "@web/core/registry";

/** Click the first bar of the chart, where Chart.js drew it. */
async function clickFirstBar() {
    const canvas = document.querySelector(".o_abc_pareto_canvas canvas");
    const chart = Chart.getChart(canvas);
    const bar = chart.getDatasetMeta(1).data[0];
    const box = canvas.getBoundingClientRect();
    canvas.dispatchEvent(
        new MouseEvent("click", {
            bubbles: true,
            clientX: box.left + bar.x,
            clientY: box.top + (bar.y + chart.chartArea.bottom) / 2,
        })
    );
}

registry.category("web_tour.tours").add("abc_pareto", {
    url: "/odoo/pareto",
    steps: () => [
        {
            content: "Before the first run the screen says what to do",
            trigger: ".o_abc_pareto .o_view_nocontent .btn:contains('Classify Now')",
            run: "click",
        },
        {
            content: "Three classes; the first one holds 90 % of the revenue with one customer",
            trigger: ".o_abc_pareto_card:eq(0):contains('A'):contains('90.0 %'):contains('1 customers')",
        },
        {
            content: "The last one holds the customer without revenue too",
            trigger: ".o_abc_pareto_card:eq(2):contains('C'):contains('2 customers')",
        },
        {
            content: "A bar opens its customer",
            trigger: ".o_abc_pareto_canvas canvas",
            run: clickFirstBar,
        },
        {
            content: "The customer shows the class; its button explains it",
            trigger: ".o_form_view button[name='action_explain_abc']:contains('A')",
            run: "click",
        },
        {
            content: "Why this class, with figures",
            trigger: ".modal [name='explanation']:contains('nobody is before')",
        },
        {
            content: "Close",
            trigger: ".modal .btn-close",
            run: "click",
        },
    ],
});
