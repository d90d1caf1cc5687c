import { registry } from "@web/core/registry";

/** Choose a record in a many2one of the dialog. */
const choose = (field, text) => [
    { trigger: `.modal [name='${field}'] input`, run: `edit ${text}` },
    { trigger: `.modal [name='${field}'] .o-autocomplete--dropdown-item:contains('${text}')`, run: "click" },
    { trigger: `.modal [name='${field}']:not(:has(.o-autocomplete--dropdown-item)) input:value('${text}')` },
];

registry.category("web_tour.tours").add("abc_proposal", {
    url: "/odoo/abc-policies",
    steps: () => [
        { content: "A new policy", trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_form_view [name='name'] input", run: "edit Key customers" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved .o_notebook .nav-link[name='actions']", run: "click" },
        {
            content: "Who enters class A gets longer payment terms proposed",
            trigger: ".o_field_x2many_list_row_add a",
            run: "click",
        },
        ...choose("class_id", "A"),
        ...choose("field_id", "Customer Payment Terms"),
        ...choose("value_id", "Tour terms"),
        { content: "from the first run on", trigger: ".modal [name='on_first'] input", run: "click" },
        { trigger: ".modal [name='on_first'] input:checked" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal)) [name='action_ids'] .o_data_row:contains('Entering A')" },
        { content: "Run it", trigger: "button[name='action_classify']", run: "click" },
        {
            content: "The Pareto chart of the new policy; the card lists the customers",
            trigger: ".o_abc_pareto_card:eq(0):contains('2 customers')",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains('Large')" },
        {
            content: "A row tells why",
            trigger: ".o_data_row:contains('Largest') td[name='class_id']",
            run: "click",
        },
        { trigger: ".o_form_view [name='explanation']:contains('nobody is before')" },
        { content: "Back to the list, the chart, the policy", trigger: ".o_form_view .o_back_button", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains('Largest')" },
        { trigger: ".o_list_view .o_back_button", run: "click" },
        { trigger: ".o_abc_pareto:has(.o_abc_pareto_card) .o_back_button", run: "click" },
        {
            content: "Two proposals wait",
            trigger: "button[name='action_open_proposals']:contains('2')",
            run: "click",
        },
        { trigger: ".o_group_header:contains('Entering A: Customer Payment Terms: Tour terms')", run: "click" },
        { trigger: ".o_data_row:contains('Large'):contains('Tour terms')" },
        { trigger: "thead .o_list_record_selector input", run: "click" },
        { trigger: ".o_control_panel_actions button:contains('Accept'), .o_cp_buttons button:contains('Accept')", run: "click" },
        {
            content: "The counts before anything is written",
            trigger: ".modal [name='summary'] tr:contains('Tour terms'):contains('2')",
        },
        { trigger: ".modal button[name='action_apply']:visible", run: "click" },
        { trigger: ".o_notification:contains('2 proposals were carried out')" },
        { content: "Nothing is left to decide", trigger: ".o_view_nocontent:contains('Nothing to decide')" },
    ],
});

registry.category("web_tour.tours").add("abc_matrix", {
    url: "/odoo/migration-matrix",
    steps: () => [
        { trigger: ".o_abc_matrix_card.o_abc_matrix_up:contains('1')" },
        { trigger: ".o_abc_matrix_cell.o_abc_matrix_up:contains('100.0 %')", run: "click" },
        { content: "The customer who moved up", trigger: ".o_list_view .o_data_row:contains('Riser')" },
        { trigger: ".o_breadcrumb:contains('From B to A')" },
        { trigger: ".o_back_button", run: "click" },
        { trigger: ".o_abc_matrix_cell.o_abc_matrix_down" },
        { content: "A year ago nobody had a class", trigger: ".btn-group button:contains('1 year')", run: "click" },
        { trigger: ".o_abc_matrix_card.o_abc_matrix_new:contains('2')" },
        { trigger: ".o_abc_matrix_card.o_abc_matrix_up:contains('0')" },
    ],
});
