import { registry } from "@web/core/registry";

/** Waive or reverse the charge of a customer from the list of charges. */
function closeCharge(customer, button, wizardButton, badge) {
    return [
        { trigger: `.o_data_row:contains(${customer}) .o_list_record_selector input`, run: "click" },
        { trigger: `.o_control_panel button[name=${button}]`, run: "click" },
        { trigger: ".modal div[name=reason] textarea", run: "edit Agreed by phone" },
        { trigger: `.modal button:contains(${wizardButton})`, run: "click" },
        { trigger: `body:not(:has(.modal)) .o_data_row:contains(${customer}) .badge:contains(${badge})` },
        { trigger: "body:not(:has(.o_list_selection_box))" },
    ];
}

registry.category("web_tour.tours").add("receivable_late_interest", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: "button[name=action_propose]", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Proposed)" },
        {
            content: "leave one customer out",
            trigger: ".o_data_row:contains(Left out) button[name=action_exclude]",
            run: "click",
        },
        { trigger: ".o_data_row:contains(Left out) .badge:contains(Excluded)" },
        { trigger: "a.nav-link[name=skipped]", run: "click" },
        { trigger: "div[name=skip_ids] .o_data_row:contains(Exempt):contains(No interest is agreed)" },
        { trigger: "button[name=action_confirm]:visible", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Done)" },
        { trigger: "a.nav-link[name=charges]", run: "click" },
        { trigger: "div[name=charge_ids] .o_data_row:contains(Waived one) .badge:contains(Invoiced)" },
        { content: "the charges of the run", trigger: "button[name=action_view_charges]", run: "click" },
        { trigger: ".o_list_view:not(:has(.o_form_view)) .o_data_row:contains(Reversed one)" },
        ...closeCharge("Waived one", "action_waive", "Waive", "Waived"),
        ...closeCharge("Reversed one", "action_reverse", "Reverse", "Reversed"),
    ],
});
