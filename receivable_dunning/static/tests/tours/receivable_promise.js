import { registry } from "@web/core/registry";

const CURRENT = ".o_form_view .o_statusbar_status .o_arrow_button_current";

function choose(name, button) {
    return [
        {
            content: "Choose the item in the aged receivables",
            trigger: `.o_list_view .o_data_row:contains('${name}') .o_list_record_selector input`,
            run: "click",
        },
        {
            trigger: `.o_control_panel button:contains('${button}')`,
            run: "click",
        },
    ];
}

const PAY = [
    {
        content: "Register the payment",
        trigger: ".o_form_view .o_statusbar_buttons button[name='action_register_payment']",
        run: "click",
    },
    {
        trigger: ".modal button[name='action_create_payments']",
        run: "click",
    },
    {
        content: "The invoice is paid",
        trigger: "body:not(:has(.modal)) .o_form_view:contains('Promise Tour Customer')",
    },
];

registry.category("web_tour.tours").add("receivable_promise", {
    steps: () => [
        ...choose("Promise Tour Customer", "Promise to Pay"),
        {
            content: "The items are filled in; write down what was said",
            trigger: ".modal .o_field_widget[name='line_ids']:contains('1,000.00')",
        },
        {
            trigger: ".modal .o_field_widget[name='note'] textarea",
            run: "edit On Friday, said Anna",
        },
        {
            trigger: ".modal button[name='action_apply']",
            run: "click",
        },
        {
            content: "The promise is open",
            trigger: `${CURRENT}:contains('Open')`,
        },
        {
            trigger: "button[name='action_open_documents']",
            run: "click",
        },
        ...PAY,
        {
            content: "Back to the promise",
            trigger: ".o_control_panel .breadcrumb-item a:contains('PTP/')",
            run: "click",
        },
        {
            content: "It is kept, by the payment alone",
            trigger: `${CURRENT}:contains('Kept')`,
        },
    ],
});

registry.category("web_tour.tours").add("receivable_payment_plan", {
    steps: () => [
        ...choose("Promise Tour Customer", "Payment Plan"),
        {
            content: "Two instalments",
            trigger: ".modal .o_field_widget[name='instalment_count'] input",
            run: "edit 2 && press Tab",
        },
        {
            trigger: ".modal .o_field_widget[name='part_ids'] .o_data_row:contains('500.00')",
        },
        {
            trigger: ".modal button[name='action_apply']",
            run: "click",
        },
        {
            content: "Offer it",
            trigger: ".o_form_view button[name='action_offer_otherwise']",
            run: "click",
        },
        {
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            trigger: `${CURRENT}:contains('Offered')`,
        },
        {
            content: "The customer accepts",
            trigger: ".o_form_view button[name='action_accept']",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='name'] input",
            run: "edit Anna Smith",
        },
        {
            trigger: ".modal .o_field_widget[name='how'] textarea",
            run: "edit Signed, came by post",
        },
        {
            trigger: ".modal button[name='action_apply']",
            run: "click",
        },
        {
            trigger: `${CURRENT}:contains('Active')`,
        },
        {
            content: "Pay the document of the plan",
            trigger: "button[name='action_open_documents']",
            run: "click",
        },
        ...PAY,
        {
            content: "Back to the plan",
            trigger: ".o_control_panel .breadcrumb-item a:contains('PLAN/')",
            run: "click",
        },
        {
            content: "It is kept",
            trigger: `${CURRENT}:contains('Kept')`,
        },
    ],
});
