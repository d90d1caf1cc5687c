import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("receivable_aging", {
    url: "/odoo/action-receivable_dunning.action_receivable_aging_wizard",
    steps: () => [
        {
            content: "Choose a past date",
            trigger: ".modal [name='as_of'] button, .modal [name='as_of'] input",
            run: "click",
        },
        {
            trigger: ".modal [name='as_of'] input",
            run: "edit 12/31/2024",
        },
        {
            content: "Open the pivot",
            trigger: ".modal button[name='action_view']",
            run: "click",
        },
        {
            content: "The customer owed on that day, a month late",
            trigger: ".o_pivot th:contains('Aging Tour Customer')",
        },
        {
            content: "Follow the figure to its items",
            trigger: ".o_pivot td.o_pivot_cell_value:contains('1,234.00')",
            run: "click",
        },
        {
            content: "Follow an item to its document",
            trigger: ".o_list_view .o_data_row:contains('Aging Tour Customer') .o_data_cell",
            run: "click",
        },
        {
            content: "The document is there",
            trigger: ".o_form_view .o_field_widget[name='partner_id'] input:value('Aging Tour Customer'), .o_form_view .o_field_widget[name='partner_id']:contains('Aging Tour Customer')",
        },
    ],
});
