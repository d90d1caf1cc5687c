import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("receivable_dispute", {
    steps: () => [
        { content: "the customer calls about an invoice", trigger: "button[name=action_open_dispute]", run: "click" },
        { trigger: ".modal .o_data_row td[name=amount]", run: "click" },
        { trigger: ".modal .o_data_row td[name=amount] input", run: "edit 40" },
        { trigger: ".modal div[name=reason_id] input", run: "edit Wrong price" },
        { trigger: ".o-autocomplete--dropdown-item a:contains(Wrong price)", run: "click" },
        { trigger: ".modal div[name=note] textarea", run: "edit 60 were agreed" },
        { trigger: ".modal button[name=action_open]", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Open)" },
        { content: "the customer is right", trigger: "button[name=action_resolve]", run: "click" },
        { trigger: ".modal div[name=cause_id] input", run: "edit Price not" },
        { trigger: ".o-autocomplete--dropdown-item a:contains(Price not kept up)", run: "click" },
        { trigger: ".modal div[name=answer] textarea", run: "edit You are right: here is the credit note." },
        { trigger: ".modal button[name=action_apply]:contains(Make the Credit Note)", run: "click" },
        { content: "post the credit note", trigger: ".o_form_view button[name=action_post]", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Posted)" },
        { content: "back to the dispute", trigger: ".breadcrumb a:contains(DIS/)", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Accepted)" },
    ],
});
