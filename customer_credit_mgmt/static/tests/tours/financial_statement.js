import { registry } from "@web/core/registry";

const amount = (name, value) => ({ trigger: `div[name=${name}] input`, run: `edit ${value}` });

registry.category("web_tour.tours").add("financial_statement", {
    steps: () => [
        { content: "on a small screen the button of the page is at hand", trigger: ".nav-link[name=statements]", run: "click" },
        { trigger: ".o_notebook button[name=action_open_statements]", run: "click" },
        { content: "the first statement of a customer opens its form", trigger: ".o_form_view div[name=date_end] input", run: "edit 12/31/2023" },
        amount("current_assets", 350000),
        amount("inventories", 150000),
        amount("total_assets", 1000000),
        amount("current_liabilities", 300000),
        amount("total_liabilities", 600000),
        amount("retained_earnings", 150000),
        amount("equity", 300000),
        amount("ebit", 100000),
        amount("cash", 5),
        { content: "assets, debts and equity contradict each other", trigger: ".alert-warning:contains(liabilities and equity are)" },
        amount("equity", 400000),
        { trigger: ".nav-link[name=figures]", run: "click" },
        { trigger: "button[name=action_confirm]:contains(/^Confirm$/)" },
        { content: "an emptied amount is unknown, not 0", trigger: "div[name=cash] input", run: "clear" },
        { trigger: "button[name=action_confirm]:contains(/^Confirm$/)", run: "click" },
        { trigger: ".o_statusbar_status button.o_arrow_button_current:contains(Confirmed)" },
        { trigger: ".o_form_view:has(div[name=cash] span:empty)" },
        { trigger: ".nav-link[name=ratios]", run: "click" },
        { trigger: "div[name=current_ratio]:contains(1.17)" },
        { trigger: "div[name=altman_z2_zone]:contains(Grey)" },
        { content: "without sales there is no Z'", trigger: ".o_form_view:has(div[name=altman_z1] span:empty)" },
        { content: "back to the profile", trigger: ".o_back_button", run: "click" },
        { trigger: ".nav-link[name=statements]", run: "click" },
        { trigger: "div[name=statement_years]:contains(12/31/2023):contains(1.17)" },
        { trigger: "button[name=action_open_ratio_chart]", run: "click" },
        { trigger: ".o_graph_view canvas" },
        { trigger: ".o_graph_view .o_graph_button[data-mode=line].active" },
    ],
});
