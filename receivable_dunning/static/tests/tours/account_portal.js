import { registry } from "@web/core/registry";

const inDays = (days) => new Date(Date.now() + days * 86400000).toISOString().slice(0, 10);

function chooseDay(selector, days) {
    return {
        trigger: selector,
        run({ anchor }) {
            anchor.value = inDays(days);
        },
    };
}

registry.category("web_tour.tours").add("account_portal_dispute", {
    steps: () => [
        { trigger: ".o_account_figures .text-danger" },
        { trigger: ".o_account_items .o_account_dispute", run: "click", expectUnloadPage: true },
        { trigger: "#reason", run: "selectByIndex 1" },
        { trigger: "#amount", run: "edit 40" },
        { trigger: "#note", run: "edit Two are broken" },
        {
            content: "a photo, by what its bytes say",
            trigger: "#files",
            run({ anchor }) {
                const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
                const files = new DataTransfer();
                files.items.add(new File([bytes], "photo.png", { type: "image/png" }));
                anchor.files = files.files;
            },
        },
        { trigger: ".o_portal_account button[type=submit]", run: "click", expectUnloadPage: true },
        { trigger: ".alert-success:contains(Thank you for telling us)" },
        { trigger: ".o_account_disputes a", run: "click", expectUnloadPage: true },
        { trigger: ".o_portal_dispute a:contains(photo.png)" },
    ],
});

registry.category("web_tour.tours").add("account_portal_promise", {
    steps: () => [
        { trigger: ".o_account_buttons button:contains(Promise to pay)", run: "click", expectUnloadPage: true },
        { content: "what is overdue is chosen", trigger: ".o_account_choice input:checked" },
        { trigger: "#amount_1", run: "edit 30" },
        chooseDay("#date_1", 5),
        { trigger: ".o_portal_account details summary", run: "click" },
        { trigger: "#amount_2", run: "edit 20" },
        chooseDay("#date_2", 9),
        { trigger: ".o_portal_account button[type=submit]", run: "click", expectUnloadPage: true },
        { trigger: ".o_account_promises:contains(We count on it)" },
    ],
});

registry.category("web_tour.tours").add("account_portal_plan", {
    steps: () => [
        { trigger: ".o_account_plans a:contains(Please answer)", run: "click", expectUnloadPage: true },
        { trigger: ".o_plan_instalments tbody tr:nth-child(2)" },
        { trigger: "#person", run: "edit Ann Buyer" },
        { trigger: "#agree", run: "check" },
        { trigger: ".o_portal_payment_plan button[type=submit]", run: "click", expectUnloadPage: true },
        { trigger: "#accepted.alert-success:contains(Ann Buyer)" },
        { trigger: ".o_plan_instalments .badge:contains(Open)" },
    ],
});
