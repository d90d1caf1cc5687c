import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("receivables_dashboard", {
    steps: () => [
        { trigger: ".o_search_panel li:contains(Receivables)", run: "click" },
        { content: "the charts are drawn", trigger: ".o-grid .o-figure canvas" },
        { content: "every figure is a card", trigger: ".o-figure .o-scorecard" },
        {
            content: "no formula failed, and the figures of the month are there",
            trigger: ".o-grid",
            async run() {
                const { services } = odoo.__WOWL_DEBUG__.root.env;
                const { model } = services.spreadsheet_dashboard_loader.getActiveDashboard();
                const evaluated = () =>
                    model.getters
                        .getSheetIds()
                        .flatMap((sheetId) => Object.values(model.getters.getEvaluatedCells(sheetId)));
                for (let tries = 0; tries < 100; tries++) {
                    if (!evaluated().some((cell) => cell.value === "Loading...")) {
                        break;
                    }
                    await new Promise((resolve) => setTimeout(resolve, 200));
                }
                const failed = evaluated().filter((cell) => cell.type === "error");
                if (failed.length) {
                    throw new Error(failed.map((cell) => `${cell.value}: ${cell.message}`).join("; "));
                }
                if (!evaluated().some((cell) => cell.value === "Reader's customer")) {
                    throw new Error("The customer who owes most is not there");
                }
            },
        },
    ],
});
