import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("credit_signals", {
    steps: () => [
        {
            content: "the work of the day: open signals, with their evidence in words",
            trigger: ".o_data_row:contains(partner_a):contains(Overdue for the first time)",
        },
        { trigger: ".o_data_row:contains(partner_a) td[name=partner_id]", run: "click" },
        { trigger: ".o_form_view div[name=sentence]:contains(Overdue for the first time)" },
        {
            content: "the evidence is one click away",
            trigger: "button[name=action_open_evidence]",
            run: "click",
        },
        { trigger: ".o_breadcrumb:contains(Evidence) ~ *, .o_list_view .o_data_row:contains(INV)" },
        { trigger: ".o_back_button, .breadcrumb-item a:first", run: "click" },
        { trigger: ".o_form_view .o_statusbar_buttons button:contains(Act)", run: "click" },
        { trigger: ".modal div[name=reason] textarea", run: "edit Called: pays on Friday" },
        { trigger: ".modal footer button:contains(Close as Acted)", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains(Acted)" },
        { trigger: "div[name=decision_reason]:contains(pays on Friday)" },
        {
            content: "back to the list: the next one needs nothing",
            trigger: ".breadcrumb-item a:contains(Signals), .o_back_button:contains(Signals)",
            run: "click",
        },
        { trigger: ".o_list_view:not(:has(.o_data_row:contains(partner_a)))" },
        { trigger: ".o_data_row:contains(partner_b) .o_list_record_selector input", run: "click" },
        { trigger: ".o_control_panel button:contains(Act or Dismiss)", run: "click" },
        { trigger: ".modal .o_radio_input[data-value=dismissed]", run: "click" },
        { trigger: ".modal footer button:contains(Dismiss):visible", run: "click" },
        {
            content: "not without a reason",
            trigger: ".modal div[name=reason].o_field_invalid",
        },
        { trigger: ".modal div[name=reason] textarea", run: "edit Agreed: pays at the end of the month" },
        { trigger: ".modal footer button:contains(Dismiss):visible", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_view_nocontent:contains(No open signal)" },
    ],
});

registry.category("web_tour.tours").add("credit_signals_switch_on", {
    steps: () => [
        {
            content: "nothing yet: the empty page says how to begin",
            trigger: ".o_view_nocontent a:contains(Switch On All Rules)",
            run: "click",
        },
        { trigger: ".o_notification:contains(new signals)" },
        { trigger: ".o_list_view .o_data_row:contains(partner_a)" },
    ],
});
