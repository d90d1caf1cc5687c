import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("rfm_heat_map", {
    url: "/odoo/rfm",
    steps: () => [
        {
            content: "Before the first refresh the screen says what to do",
            trigger: ".o_rfm .o_view_nocontent .btn:contains('Refresh Now')",
            run: "click",
        },
        {
            content: "Two customers bought once and lately",
            trigger: ".o_rfm_cell[data-cell='5-1']:contains('New'):contains('2')",
        },
        {
            content: "The funnel counts them, and the prospect",
            trigger: ".o_rfm_stage[data-stage='first_purchase'] .o_rfm_stage_count:contains('2')",
        },
        {
            content: "Choose their segment",
            trigger: ".o_rfm_segment:contains('New')",
            run: "click",
        },
        {
            content: "Other cells step back; the advice is there. Plan an activity for the whole segment",
            trigger: ".o_rfm_detail:contains('Welcome them') .btn:contains('Schedule Activity')",
            run: "click",
        },
        {
            content: "What to do",
            trigger: ".modal .o_field_widget[name='summary'] input, .modal .o_field_widget[name='summary'] textarea",
            run: "edit Call about the second order",
        },
        {
            content: "Odoo's own dialog",
            trigger: ".modal button[name='action_schedule_activities']",
            run: "click",
        },
        {
            content: "Back on the heat map: write to the segment",
            trigger: "body:not(:has(.modal)) .o_rfm_detail .btn:contains('Send E-mail')",
            run: "click",
        },
        {
            content: "Odoo's own composer for several customers",
            trigger: ".modal .o_mail_composer_form_view, .modal .o_field_widget[name='body']",
        },
        {
            content: "Not today",
            trigger: ".modal .btn-close",
            run: "click",
        },
        {
            content: "A cell opens its customers",
            trigger: "body:not(:has(.modal)) .o_rfm_cell[data-cell='5-1']",
            run: "click",
        },
        {
            content: "One of them",
            trigger: ".o_list_view .o_data_row:contains('Tour Ann') td[name='partner_id']",
            run: "click",
        },
        {
            content: "Why this segment and this stage, with figures",
            trigger: ".o_form_view [name='stage_explanation']:contains('bought once')",
        },
        {
            content: "What we know of the share of wallet",
            trigger: ".o_form_view .o_field_widget[name='wallet_share'] input",
            run: "edit 25",
        },
        ...stepUtils.saveForm(),
        {
            content: "The potential follows",
            trigger: ".o_form_view [name='potential_explanation']:contains('300.00')",
        },
    ],
});

registry.category("web_tour.tours").add("rfm_painter", {
    url: "/odoo/customer-value-policies",
    steps: () => [
        {
            content: "The policy of the company",
            trigger: ".o_list_view .o_data_row td[name='name']",
            run: "click",
        },
        {
            content: "Choose a segment",
            trigger: ".o_rfm_painter .o_rfm_brushes .o_rfm_segment:contains('Loyal'):eq(0)",
            run: "click",
        },
        {
            content: "Give it the cell in the middle",
            trigger: ".o_rfm_painter .o_rfm_cell[data-cell='3-3']",
            run: "click",
        },
        {
            content: "The cell has its name now",
            trigger: ".o_rfm_painter .o_rfm_cell[data-cell='3-3']:contains('Loyal')",
        },
        ...stepUtils.saveForm(),
    ],
});
