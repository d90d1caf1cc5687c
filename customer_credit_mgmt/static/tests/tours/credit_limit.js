import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("credit_limit_request", {
    steps: () => [
        {
            content: "a user asks for a limit on the credit profile",
            trigger: ".o_statusbar_buttons button[name=action_request_limit]",
            run: "click",
        },
        { trigger: ".o_field_widget[name=profile_id] input:value(partner_a)" },
        { trigger: ".o_field_widget[name=amount] input", run: "edit 2500" },
        { trigger: ".o_field_widget[name=reason] textarea", run: "edit Larger orders from spring on" },
        { trigger: "button[name=action_submit]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(To Approve)" },
        {
            content: "who has to sign is said, and it is not the one who asked",
            trigger: ".alert:contains(To be signed by):contains(Credit managers)",
        },
        { trigger: ".o_statusbar_buttons:not(:has(button[name=action_approve]))" },
    ],
});

registry.category("web_tour.tours").add("credit_limit_approve", {
    steps: () => [
        {
            content: "the manager finds what waits for them",
            trigger: ".o_searchview_facet:contains(I Can Approve)",
        },
        { trigger: ".o_data_row:contains(partner_a) td[name=amount]", run: "click" },
        { trigger: ".o_field_widget[name=reason] textarea:value(Larger orders from spring on)" },
        { trigger: ".o_statusbar_buttons button[name=action_approve]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Approved)" },
        {
            content: "from the limit to the customer, where it is in force",
            trigger: ".o_field_widget[name=profile_id] .o_external_button, .o_field_widget[name=profile_id] a",
            run: "click",
        },
        { trigger: "div[name=limit_amount]:contains(2,500.00)" },
    ],
});

registry.category("web_tour.tours").add("credit_limit_mass_change", {
    steps: () => [
        { trigger: ".o_field_widget[name=percent] input", run: "edit 20" },
        { trigger: ".o_field_widget[name=reason] textarea", run: "edit Yearly review" },
        { trigger: "button[name=action_preview]", run: "click" },
        { trigger: "div[name=line_ids] .o_data_row:contains(partner_a):contains(1,200.00)" },
        { trigger: "button[name=action_submit]", run: "click" },
        {
            content: "one batch, to be approved by somebody else",
            trigger: ".o_form_view:contains(Base limits changed by 20 %):not(:has(button[name=action_approve]))",
        },
        { trigger: "div[name=limit_ids] .o_data_row:contains(To Approve)" },
    ],
});
