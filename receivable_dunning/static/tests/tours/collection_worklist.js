import { registry } from "@web/core/registry";

const outcome = (name) => ({
    content: `the call ended with: ${name}`,
    trigger: `div[name=outcome_id] .o_selection_badge:contains(${name})`,
    run: "click",
});

registry.category("web_tour.tours").add("collection_worklist", {
    steps: () => [
        {
            content: "the customer that is worth most comes first",
            trigger: ".o_list_view .o_data_row:first:contains(Large) td[name=hint]:contains(days late)",
        },
        { trigger: ".o_data_row:first button[name=action_next]", run: "click" },
        { trigger: ".o_form_view .alert:contains(overdue)" },
        { trigger: "div[name=item_ids] .o_data_row:contains(INV)" },
        outcome("Promised to pay"),
        { trigger: "div[name=promise_amount] input:value(9,000.00)" },
        { trigger: "div[name=note] textarea", run: "edit On Friday, all of it" },
        { trigger: "button[name=action_done_next]", run: "click" },
        {
            content: "on to the next customer",
            trigger: ".o_form_view h2:contains(Second)",
        },
        outcome("Call back on a day"),
        { trigger: "button[name=action_done]", run: "click" },
        { trigger: ".o_list_view .o_breadcrumb:contains(Worklist)" },
        { trigger: ".o_list_view:not(:has(.o_data_row:contains(Large)))" },
    ],
});

registry.category("web_tour.tours").add("collection_visit", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row:contains(Large) td[name=hint]", run: "click" },
        { trigger: ".o_form_view .alert:contains(overdue)" },
        { trigger: "button[name=action_visit]", run: "click" },
        { trigger: "div[name=place] input:value(Main street)" },
        { trigger: "div[name=person_met] input", run: "edit Ms Li" },
        { trigger: "div[name=note] textarea", run: "edit The stock is full" },
        outcome("Informed, nothing agreed"),
        { trigger: "div[name=callback_date]" },
        { trigger: "button[name=action_done]", run: "click" },
        { trigger: ".o_list_view .o_breadcrumb:contains(Worklist)" },
    ],
});

registry.category("web_tour.tours").add("collection_snooze", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row:contains(Large) button[name=action_snooze]", run: "click" },
        { trigger: ".modal div[name=date_until] input", run: "edit 12/31/2099" },
        { trigger: ".modal div[name=reason] input", run: "edit On holiday" },
        { trigger: ".modal footer button[name=action_apply]", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_list_view:not(:has(.o_data_row:contains(Large)))" },
    ],
});
