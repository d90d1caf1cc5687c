import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("customer_dashboard", {
    steps: () => [
        { trigger: ".o_figure_active .o_customer_count:contains(2)" },
        { trigger: ".o_panel_pareto canvas" },
        { trigger: ".o_panel_rfm .o_rfm_cell" },
        { trigger: ".o_panel_matrix .o_abc_matrix_cell" },
        { content: "a figure opens its customers", trigger: ".o_figure_active", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(Ann)" },
        { trigger: ".breadcrumb-item a, .o_back_button a", run: "click" },
        { content: "a move opens its customers", trigger: ".o_panel_matrix .o_abc_matrix_cell", run: "click" },
        { trigger: ".o_list_view .o_data_row" },
    ],
});
