import { registry } from "@web/core/registry";

const figure = (name) => `div[name=figure_ids] .o_data_row:has(td[name=name]:contains(${name}))`;

registry.category("web_tour.tours").add("receivable_kpi", {
    steps: () => [
        { content: "the month", trigger: ".o_data_row td[name=name]:contains(June 2024)", run: "click" },
        {
            content: "the formula beside the figure",
            trigger: `${figure("Days Delinquent")}:contains(DSO - best-possible DSO)`,
        },
        {
            content: "its numbers are filled in",
            trigger: `${figure("Best-Possible DSO")}:contains(3,590.00 / 10,890.00 × 30)`,
        },
        {
            content: "the open items behind it",
            trigger: `${figure("Days Delinquent")} button[name=action_open_items]`,
            run: "click",
        },
        { trigger: ".breadcrumb:contains(June 2024)" },
        { content: "the old invoice", trigger: ".o_list_view .o_data_row:contains(2,750.00) td[name=move_id]", run: "click" },
        { content: "the document", trigger: ".o_form_view .o_field_widget[name=amount_residual]" },
        { content: "with its history", trigger: ".o_form_view .o-mail-Chatter" },
    ],
});
