import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("credit_profile", {
    steps: () => [
        {
            content: "from the customer to the credit profile",
            trigger: "button[name=action_open_credit_profile]",
            run: "click",
        },
        { trigger: ".o_form_view div[name=limit_mode]" },
        { trigger: "div[name=exposure_amount]:contains(750.00)" },
        { trigger: "div[name=available_amount]:contains(250.00)" },
        {
            content: "from the open receivable to the items it is made of",
            trigger: "button[name=action_open_receivable]",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row" },
    ],
});

registry.category("web_tour.tours").add("credit_exposure", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row:contains(partner_a)" },
        {
            content: "who is over the limit?",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        { trigger: ".o_filter_menu .o-dropdown-item:contains(Over Limit)", run: "click" },
        { trigger: ".o_data_row:contains(partner_b)" },
        { trigger: ".o_list_view:not(:has(.o_data_row:contains(partner_a)))" },
        { trigger: ".o_searchview_dropdown_toggler", run: "click" },
        { trigger: ".o_list_view:not(:has(.o-dropdown--menu)) .o_data_row:contains(partner_b) td[name=partner_id]", run: "click" },
        { trigger: ".o_form_view .o_statusbar_status" },
    ],
});
