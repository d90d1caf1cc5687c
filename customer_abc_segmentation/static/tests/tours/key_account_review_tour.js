import { registry } from "@web/core/registry";

const page = (name) => ({ trigger: `.o_notebook .nav-link[name=${name}]`, run: "click" });

registry.category("web_tour.tours").add("key_account_review", {
    steps: () => [
        { trigger: ".o_data_row:contains(Ann) td[name=partner_id]", run: "click" },
        { trigger: ".o_form_view .o_arrow_button_current:contains(In Review)" },
        { content: "The figures are there to read", trigger: "div[name=sheet] .o_ka_tiles:contains(500.00)" },
        { trigger: "div[name=sheet] svg rect" },
        page("comments"),
        { trigger: "div[name=comment_ids] .o_field_x2many_list_row_add a", run: "click" },
        { trigger: "div[name=comment_ids] td[name=section] input", run: "click" },
        { trigger: ".o_select_menu_item:contains(Sales)", run: "click" },
        { trigger: "div[name=comment_ids] td[name=text] textarea", run: "edit A fine start" },
        { trigger: ".o_form_button_save", run: "click" },
        page("figures"),
        { content: "The comment stands below its section", trigger: ".o_form_saved div[name=sheet]:contains(A fine start)" },
        { trigger: "button[name=action_sign]", run: "click" },
        { trigger: ".modal footer .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains(Signed)" },
        { content: "Print is offered, refresh is not", trigger: "button[name=action_print]" },
        { trigger: ".o_form_view:not(:has(button[name=action_refresh]))" },
        page("explanation"),
        { trigger: "div[name=explanation]:contains(Days sales outstanding)" },
    ],
});
