import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("receivable_statement_send", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: "div[name=partner_id] input", run: "edit Customer" },
        { trigger: ".o-autocomplete--dropdown-item a:text(Customer)", run: "click" },
        { trigger: ".o_form_button_save", run: "click" },
        { content: "the open invoice is listed", trigger: "div[name=line_ids] .o_data_row:contains(INV/2024)" },
        { trigger: "button[name=action_send]", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Queued)" },
    ],
});

registry.category("web_tour.tours").add("receivable_statement_confirm", {
    steps: () => [
        { trigger: ".o_portal_statement .o_statement_items td:contains(INV/2024)" },
        { trigger: "#statement_name", run: "edit Ann Buyer" },
        { trigger: "button[name=agree]", run: "click", expectUnloadPage: true },
        { trigger: "#answer.alert-success:contains(Ann Buyer)" },
    ],
});
