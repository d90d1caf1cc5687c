import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("receivable_dunning_plan", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: "div[name=name] input, div[name=name] textarea", run: "edit Firm reminders" },
        { trigger: "div[name=grace_days] input", run: "edit 3" },
        { trigger: "div[name=working_days_only] input", run: "click" },
        { content: "the first level", trigger: "div[name=level_ids] .o_field_x2many_list_row_add a", run: "click" },
        { trigger: ".modal div[name=name] input, .modal div[name=name] textarea", run: "edit Please call" },
        { trigger: ".modal div[name=days] input", run: "edit 5" },
        { content: "somebody calls instead of an e-mail", trigger: ".modal div[name=send_email] input", run: "click" },
        { trigger: ".modal div[name=make_call] input", run: "click" },
        { trigger: ".modal a[name=call]", run: "click" },
        { trigger: ".modal div[name=call_text] .odoo-editor-editable", run: "editor Ask for the day of payment" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal)) div[name=level_ids] .o_data_row:contains(Please call)" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved, .o_form_view:not(:has(.o_form_button_save:visible))" },
    ],
});
