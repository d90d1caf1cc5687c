import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("credit_order_hold", {
    steps: () => [
        {
            content: "the quotation is over the limit, and says so before",
            trigger: ".alert:contains(over)",
        },
        { trigger: "button[name=action_confirm]:visible", run: "click" },
        { trigger: ".o_notification:contains(On credit hold)" },
        { trigger: ".alert-danger[name=credit_hold]:contains(payment of)" },
        { trigger: ".alert-danger[name=credit_hold]:contains(document of at most)" },
        { trigger: ".o_arrow_button_current:contains(Quotation)" },
    ],
});

registry.category("web_tour.tours").add("credit_order_release", {
    steps: () => [
        { trigger: ".o_data_row:contains(partner_a) td[name=amount]", run: "click" },
        { trigger: ".o_form_view div[name=offer_text]:contains(two parts)" },
        { trigger: ".o_form_view div[name=approver_text]:contains(May release)" },
        { trigger: ".o_statusbar_buttons button:contains(Release)", run: "click" },
        { trigger: ".modal div[name=hint]:contains(payment of)" },
        { trigger: ".modal div[name=reason] textarea", run: "edit Known customer" },
        { trigger: ".modal footer button[name=action_apply]:visible", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains(Released)" },
    ],
});

registry.category("web_tour.tours").add("credit_order_more", {
    steps: () => [
        {
            content: "more credit is asked for on the confirmed order",
            trigger: "button[name=action_request_credit]:visible",
            run: "click",
        },
        { trigger: ".modal .alert-success:contains(passes without a release)" },
        { trigger: ".modal div[name=amount] input", run: "edit 3000" },
        { trigger: ".modal div[name=reason] textarea", run: "edit Two more pallets" },
        { trigger: ".modal .alert-warning div[name=outlook]:contains(over)" },
        { trigger: ".modal footer button[name=action_request]:visible", run: "click" },
        { trigger: "body:not(:has(.modal)) .alert-warning[name=credit_request]:contains(was asked for and waits)" },
    ],
});
