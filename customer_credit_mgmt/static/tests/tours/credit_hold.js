import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("credit_hold", {
    steps: () => [
        {
            content: "the invoice is over the limit, and says so before",
            trigger: ".alert:contains(over)",
        },
        { trigger: "button[name=action_post]:visible", run: "click" },
        { trigger: ".o_notification:contains(On credit hold)" },
        { trigger: ".alert-danger[name=credit_hold]:contains(payment of)" },
        { trigger: "button[name=action_open_credit_check]", run: "click" },
        { trigger: ".o_form_view .o_arrow_button_current:contains(Held)" },
        { trigger: "div[name=reason_text]:contains(limit)" },
    ],
});

registry.category("web_tour.tours").add("credit_release", {
    steps: () => [
        { trigger: ".o_data_row:contains(partner_a) td[name=amount]", run: "click" },
        { trigger: ".o_form_view div[name=reason_text]:contains(limit)" },
        { trigger: ".o_statusbar_buttons button:contains(Release)", run: "click" },
        { trigger: ".modal div[name=reason] textarea", run: "edit Paid this morning, slip attached" },
        { trigger: ".modal footer button[name=action_apply]", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains(Released)" },
        { trigger: "div[name=decision_reason]:contains(slip attached)" },
        { trigger: "button[name=action_open_document]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Posted)" },
    ],
});
