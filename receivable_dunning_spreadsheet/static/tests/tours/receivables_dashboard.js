import { registry } from "@web/core/registry";

/** The cells of the open dashboard by sheet, once everything is loaded. */
async function loadedCells() {
    const { services } = odoo.__WOWL_DEBUG__.root.env;
    const { model } = services.spreadsheet_dashboard_loader.getActiveDashboard();
    const sheets = () =>
        model.getters.getSheetIds().map((sheetId) => Object.values(model.getters.getEvaluatedCells(sheetId)));
    for (let tries = 0; tries < 100; tries++) {
        if (!sheets().flat().some((cell) => cell.value === "Loading...")) {
            break;
        }
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const cell = (sheetName, xc) => {
        const sheetId = model.getters.getSheetIds().find((id) => model.getters.getSheetName(id) === sheetName);
        const [col, row] = [xc.charCodeAt(0) - 65, Number(xc.slice(1)) - 1];
        return model.getters.getEvaluatedCell({ sheetId, col, row }).formattedValue;
    };
    return { cells: sheets().flat(), cell };
}

function check(isRight, message) {
    if (!isRight) {
        throw new Error(message);
    }
}

const open = [
    { trigger: ".o_search_panel li:contains(Receivables)", run: "click" },
    { content: "the charts are drawn", trigger: ".o-grid .o-figure canvas" },
    { content: "every figure is a card", trigger: ".o-figure .o-scorecard" },
];

/** Opens the dashboard and checks its cells. */
function receivables(name, verify) {
    const look = {
        content: "no formula failed, and the figures are there",
        trigger: ".o-grid",
        async run() {
            const { cells, cell } = await loadedCells();
            const failed = cells.filter((each) => each.type === "error");
            check(!failed.length, failed.map((each) => `${each.value}: ${each.message}`).join("; "));
            verify(cells, cell);
        },
    };
    registry.category("web_tour.tours").add(name, { steps: () => [...open, look] });
}

receivables("receivables_dashboard", (cells, cell) => {
    check(cells.some((each) => each.value === "Reader's customer"), "The customer who owes most is not there");
    check(cell("Data", "C1").endsWith("days"), `The DSO is ${cell("Data", "C1")}`);
    check(cell("Data", "C2").includes("40"), `The target is ${cell("Data", "C2")}`);
    check(cell("Dashboard", "A39") && cell("Dashboard", "G39"), "The months are not there");
    check(!cell("Dashboard", "A6"), "One company has one currency");
});

receivables("receivables_dashboard_credit", (_cells, cell) => {
    check(Number(cell("Data", "B4").replace(/[^0-9.-]/g, "")) > 0, `Overdue is ${cell("Data", "B4")}`);
    check(cell("Data", "C5") === "", `Of a credit on the whole nothing is a share: ${cell("Data", "C5")}`);
});

receivables("receivables_dashboard_companies", (_cells, cell) => {
    check(cell("Data", "C7") === "60 %", `The effectiveness of both companies is ${cell("Data", "C7")}`);
    check(cell("Data", "C3").endsWith("800"), `Both companies have open ${cell("Data", "C3")}`);
    check(cell("Dashboard", "G39").includes("2,000"), `Both companies sold ${cell("Dashboard", "G39")}`);
    check(!cell("Data", "C8").includes("/"), `Both companies have the month: ${cell("Data", "C8")}`);
    check(!cell("Dashboard", "A6"), "Both companies have one currency");
});

receivables("receivables_dashboard_currencies", (_cells, cell) => {
    for (const card of ["C1", "C3", "C4", "C6", "C7"]) {
        check(cell("Data", card) === "different currencies", `${card} is ${cell("Data", card)}`);
    }
    check(cell("Dashboard", "A6").includes("different currencies"), "It does not say what to do");
});
