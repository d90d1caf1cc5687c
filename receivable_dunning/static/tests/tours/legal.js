import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("receivable_dunning_legal", {
    steps: () => [
        { trigger: ".o_data_row:contains(Customer) .badge:contains(Later)" },
        {
            content: "choose the item",
            trigger: ".o_data_row:contains(Customer) .o_list_record_selector input",
            run: "click",
        },
        { trigger: "button[name=action_open_case]", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Draft)" },
        { content: "what is claimed", trigger: "div[name=line_ids] .o_data_row:contains(100.00)" },
        { trigger: "button[name=action_demand]", run: "click" },
        { trigger: ".modal div[name=note] input", run: "edit By registered mail" },
        { trigger: ".modal-footer button[name=action_apply]:contains(Make the Letter)", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Demand)" },
        { trigger: "a.nav-link[name=events]", run: "click" },
        { trigger: "div[name=event_ids] .o_data_row:contains(By registered mail)" },
        { trigger: "button[name=action_evidence]", run: "click" },
        { content: "the pack is about the invoice", trigger: ".modal div[name=move_ids] .o_tag" },
        { trigger: ".modal-footer button[name=action_download]" },
        { trigger: ".modal-footer button:contains(Close)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});
