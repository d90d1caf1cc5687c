import { registry } from "@web/core/registry";

const state = (label) => ({ trigger: `.o_statusbar_status .o_arrow_button_current:contains(${label})` });

registry.category("web_tour.tours").add("receivable_ecl_run", {
    steps: () => [
        { trigger: ".o_data_row td[name=date]", run: "click" },
        { trigger: "button[name=action_compute]", run: "click" },
        state("Computed"),
        { content: "the figure", trigger: "div[name=allowance]:contains(460.50)" },
        {
            content: "how it came about",
            trigger: "div[name=line_ids] .o_data_row:contains(<= 30) button[name=action_explain]",
            run: "click",
        },
        { trigger: "div[name=explanation]:contains(165.00)" },
        { content: "and of which items", trigger: "button[name=action_view_items]", run: "click" },
        { trigger: ".o_list_view .o_group_header:contains(7,500.00)" },
        { trigger: ".o_list_view .o_back_button", run: "click" },
        { trigger: "div[name=explanation]" },
        { trigger: ".o_form_view .o_back_button", run: "click" },
        { trigger: "button[name=action_approve]", run: "click" },
        state("Approved"),
        { trigger: "button[name=action_post]", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        state("Posted"),
        { trigger: "button[name=action_reverse]", run: "click" },
        { trigger: ".modal div[name=reason] input", run: "edit A rate was wrong" },
        { trigger: ".modal button[name=action_apply]:visible", run: "click" },
        { trigger: "body:not(:has(.modal)) div[name=reversal_reason]:contains(A rate was wrong)" },
    ],
});
