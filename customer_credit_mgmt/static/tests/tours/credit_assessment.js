import { registry } from "@web/core/registry";

const page = (name) => ({ trigger: `.o_notebook .nav-link[name=${name}]`, run: "click" });

registry.category("web_tour.tours").add("credit_assessment_prepare", {
    steps: () => [
        { content: "from the profile to a fresh assessment", trigger: "button[name=action_new_assessment]", run: "click" },
        { trigger: ".o_form_view .o_arrow_button_current:contains(Draft)" },
        { content: "the ledger has spoken", trigger: "div[name=dimension_chart]:contains(Character)" },
        { trigger: "div[name=line_ids] .o_data_row:contains(days late on average)" },
        page("questionnaire"),
        {
            content: "answer the one question that is asked",
            trigger: "div[name=answer_ids] .o_data_row td[name=answer]",
            run: "click",
        },
        { trigger: "div[name=answer_ids] td[name=answer] textarea", run: "edit They grow and buy more" },
        page("decision"),
        { trigger: "div[name=tree_explanation]:contains(The tree says)" },
        { trigger: "div[name=proposed_limit] input", run: "edit 90" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved div[name=tree_explanation]:contains(Grant the proposed limit)" },
        { trigger: "button[name=action_use_tree_decision]", run: "click" },
        { trigger: 'div[name=decision] input:value("Grant the proposed limit")' },
        { trigger: "button[name=action_submit]", run: "click" },
        { trigger: ".modal footer .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains(To Approve)" },
    ],
});

registry.category("web_tour.tours").add("credit_assessment_approve", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row:contains(partner_a) td[name=name]", run: "click" },
        { trigger: ".o_form_view .o_arrow_button_current:contains(To Approve)" },
        page("decision"),
        { trigger: "div[name=proposed_limit]:contains(90.00)" },
        { trigger: "button[name=action_approve]", run: "click" },
        { trigger: ".modal footer .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains(Approved)" },
        { content: "the file hangs below", trigger: ".o-mail-Chatter :contains(Credit file)" },
        { trigger: "button[name=action_open_profile]", run: "click" },
        { trigger: "div[name=limit_amount]:contains(90.00)" },
        { trigger: "button[name=action_open_assessments]:contains(1)" },
    ],
});
