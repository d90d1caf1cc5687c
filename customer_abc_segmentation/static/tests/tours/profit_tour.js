/* global Chart */
import { registry } from "@web/core/registry";

/** Click the curve where it ends, at the last customer. */
async function clickLastCustomer() {
    const canvas = document.querySelector(".o_customer_whale canvas");
    const points = Chart.getChart(canvas).getDatasetMeta(0).data;
    const box = canvas.getBoundingClientRect();
    const { x, y } = points[points.length - 1];
    canvas.dispatchEvent(
        new MouseEvent("click", { bubbles: true, clientX: box.left + x - 2, clientY: box.top + y })
    );
}

registry.category("web_tour.tours").add("customer_whale", {
    url: "/odoo/whale-curve",
    steps: () => [
        {
            content: "Earners bring the peak",
            trigger: ".o_customer_whale_peak:contains('900'):contains('1 customers')",
        },
        {
            content: "Loss makers take away",
            trigger: ".o_customer_whale_losses:contains('300'):contains('1 customers')",
        },
        {
            content: "What is left",
            trigger: ".o_customer_whale_total:contains('600'):contains('2 customers')",
        },
        {
            content: "The end of the curve is the last customer",
            trigger: ".o_customer_whale canvas",
            run: clickLastCustomer,
        },
        {
            content: "Its months open, by customer",
            trigger: ".o_list_view .o_group_header:contains('Loser')",
        },
    ],
});

registry.category("web_tour.tours").add("customer_budget", {
    url: "/odoo/customer-budgets",
    steps: () => [
        {
            content: "The empty screen says what to do",
            trigger: ".o_view_nocontent:contains('What do you expect')",
        },
        {
            content: "Type a budget",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "Choose the customer",
            trigger: ".o_selected_row [name='partner_id'] input",
            run: "edit Earner",
        },
        {
            trigger: ".ui-autocomplete a:contains('Earner')",
            run: "click",
        },
        {
            content: "Plan its sales",
            trigger: ".o_selected_row [name='sales'] input",
            run: "edit 1000",
        },
        {
            content: "Save",
            trigger: ".o_list_button_save",
            run: "click",
        },
        {
            content: "What happened appears beside it",
            trigger: ".o_data_row:contains('Earner') [name='actual_sales']:contains('900')",
        },
        {
            content: "And how far it is away",
            trigger: ".o_data_row [name='variance_sales']:contains('100')",
        },
    ],
});
