import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("credit_what_if", {
    steps: () => [
        {
            content: "what would this policy have done?",
            trigger: "button:contains(Try on History)",
            run: "click",
        },
        { trigger: "div[name=policy_id] input:value(Stricter)" },
        { trigger: "div[name=name] input", run: "edit 20 days instead of 60" },
        { trigger: "button[name=action_run]", run: "click" },
        {
            content: "one document more would have been held",
            trigger: "tr[data-figure=held] td:nth-child(4):contains(1)",
        },
        { trigger: "button[name=action_open_lines]", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(partner_a) td[name=amount]", run: "click" },
        {
            content: "why: the figure and the threshold as of that day",
            trigger: "div[name=what_if_reason]:contains(30 days overdue, 20 are allowed)",
        },
    ],
});
