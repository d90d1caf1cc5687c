import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("churn_winback", {
    url: "/odoo/churn-risk",
    steps: () => [
        {
            content: "Only who is likely to leave is on the list",
            trigger: ".o_list_view .o_data_row:contains('Gone Quiet'):contains('100%')",
        },
        {
            content: "Why?",
            trigger: ".o_data_row:contains('Gone Quiet') button[name='action_explain_churn']",
            run: "click",
        },
        {
            content: "With figures",
            trigger: ".modal [name='churn_explanation']:contains('usually every 30 days'):contains('Churn risk 100.0 %')",
        },
        {
            content: "Close the explanation",
            trigger: ".modal .btn-close",
            run: "click",
        },
        {
            content: "Choose the customer",
            trigger: "body:not(:has(.modal)) .o_data_row:contains('Gone Quiet') .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Win back",
            trigger: "button[name='action_schedule_winback']",
            run: "click",
        },
        {
            content: "The dialog says what will be done",
            trigger: ".modal [name='summary']:contains('1 win-backs will be started')",
        },
        {
            content: "What to offer",
            trigger: ".modal [name='note'] textarea",
            run: "edit 5 % off the next order",
        },
        {
            content: "Schedule",
            trigger: ".modal button[name='action_schedule']",
            run: "click",
        },
        {
            content: "One win-back is under way, with an activity",
            trigger: ".o_list_view .o_data_row:contains('Gone Quiet'):contains('Under Way')",
        },
    ],
});

registry.category("web_tour.tours").add("churn_outcome", {
    url: "/odoo/win-back-success",
    steps: () => [
        {
            content: "The rate of success beside the one expected without action",
            trigger: ".o_pivot table:contains('Success Rate'):contains('Expected without Action'):contains('Call')",
        },
        {
            content: "As a list",
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            content: "Won back",
            trigger: ".o_list_view .o_data_row:contains('Gone Quiet'):contains('Won Back') td[name='partner_id']",
            run: "click",
        },
        {
            content: "The purchase that decided",
            trigger: ".o_form_view [name='revenue']:contains('750')",
        },
    ],
});
