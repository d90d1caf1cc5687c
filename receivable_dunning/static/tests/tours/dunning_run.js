import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("receivable_dunning_run", {
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
        {
            content: "take it back: it was the wrong one",
            trigger: ".o_data_row:contains(Left out) button[name=action_include]",
            run: "click",
        },
        { trigger: ".o_data_row:contains(Left out) .badge:contains(Proposed)" },
        {
            content: "leave it out after all",
            trigger: ".o_data_row:contains(Left out) button[name=action_exclude]",
            run: "click",
        },
        { trigger: ".o_data_row:contains(Left out) .badge:contains(Excluded)" },
        { trigger: "a.nav-link[name=skipped]", run: "click" },
        { trigger: "div[name=skip_ids]" },
        { trigger: "button[name=action_confirm]", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Confirmed)" },
        { trigger: "a.nav-link[name=notices]", run: "click" },
        { trigger: ".o_data_row:contains(Customer) .badge:contains(Queued)" },
    ],
});
