import { registry } from "@web/core/registry";

const BACK = { content: "back to the dashboard", trigger: ".o_back_button a, .breadcrumb-item a", run: "click" };

registry.category("web_tour.tours").add("collections_dashboard", {
    steps: () => [
        { content: "figures are there", trigger: ".o_tile_overdue .o_tile_value:contains(1)" },
        { trigger: ".o_tile_dso .o_tile_change:contains(%)" },
        { trigger: ".o_panel_forecast canvas" },
        { trigger: ".o_panel_aging canvas" },
        { trigger: ".o_panel_trend canvas" },
        { content: "the worklist comes after the page", trigger: ".o_panel_worklist .o_work_row:contains(Late Payer)" },
        { content: "a tile opens what it counts", trigger: ".o_tile_overdue", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(Late Payer)" },
        BACK,
        { content: "a bucket opens its items", trigger: ".o_panel_aging [data-bucket='4']", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(700)" },
        { content: "and an item its document", trigger: ".o_data_row:contains(700) td[name=commercial_partner_id]", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=partner_id]:contains(Late Payer)" },
        { content: "back to the items", trigger: ".o_back_button a, .breadcrumb-item:last-child a", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(700)" },
        BACK,
        { content: "a customer opens what is overdue", trigger: ".o_top_row:contains(Late Payer)", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(300)" },
        BACK,
        { content: "what is expected in four weeks", trigger: ".o_panel_forecast .o_figure:first", run: "click" },
        { trigger: ".o_breadcrumb:contains(Four Weeks), .breadcrumb:contains(Four Weeks), .o_last_breadcrumb_item:contains(Four Weeks)" },
        BACK,
        { content: "the newest run", trigger: ".o_panel_run [data-state=proposed]", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(Late Payer)" },
        BACK,
        { content: "promises due", trigger: ".o_promises_due", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(Other)" },
        BACK,
        { content: "another period", trigger: "[data-period=quarter]", run: "click" },
        { trigger: "[data-period=quarter].active" },
        { content: "everything anew", trigger: ".o_control_panel button:contains(Refresh)", run: "click" },
        { trigger: ".o_dashboard_body:not(.o_busy) .o_panel_note:contains(computed)" },
        { content: "all open disputes", trigger: ".o_panel_disputes header a", run: "click" },
        { trigger: ".o_data_row:contains(Other), .o_kanban_record:contains(Other)" },
    ],
});

registry.category("web_tour.tours").add("collections_dashboard_empty", {
    steps: () => [
        { trigger: ".o_view_nocontent:contains(Nobody owes anything yet)" },
        { trigger: ".o_view_nocontent .btn-primary", run: "click" },
        { trigger: ".o_list_view, .o_kanban_view" },
    ],
});
