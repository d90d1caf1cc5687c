import { _t } from "@web/core/l10n/translation";

/** What can be chosen. */
export function describePeriods() {
    return [
        { key: "month", name: _t("This Month") },
        { key: "last_month", name: _t("Last Month") },
        { key: "quarter", name: _t("This Quarter") },
        { key: "year", name: _t("This Year") },
    ];
}

/** What each tile of the dashboard says, which direction is good news, and what a click opens. */
export function describeTiles() {
    const openMonths = (dashboard) =>
        dashboard.open("action_receivable_kpi", {
            domain: [dashboard.ofRoot, ["dimension", "=", "company"]],
        });
    return {
        overdue: {
            name: _t("Overdue"),
            hint: _t("Open items past their due date, less overdue credits. Compared with the end of the last closed month."),
            kind: "money",
            better: "down",
            note: (tile, formats) =>
                formats.isKnown(tile.share) ? _t("%s of what is open", formats.percent(tile.share, 0)) : "",
            open: (dashboard) => dashboard.openAging(_t("Overdue"), [["age", ">", 0]]),
        },
        collected: {
            name: _t("Collected"),
            hint: _t(
                "Money that came in on receivables by bank, cash and card in the period, less what was paid back; discounts, charges and losses settled with a payment are no money. Compared with the same days of the period before."
            ),
            kind: "money",
            better: "up",
            note: (tile, formats, period) =>
                _t("%(amount)s from %(start)s to %(end)s", {
                    amount: formats.shortMoney(tile.before),
                    start: formats.day(period.before_from),
                    end: formats.day(period.before_to),
                }),
            open: (dashboard, tile) =>
                dashboard.open("action_receivable_kpi_item", {
                    title: _t("Collected"),
                    domain: tile.domain,
                    context: tile.context,
                    viewType: "list",
                }),
        },
        dso: {
            name: _t("DSO"),
            hint: _t("Days sales outstanding of the last closed month: closing receivables / sales of the month x days."),
            kind: "days",
            better: "down",
            note: (tile, formats) => (tile.as_of ? _t("As of %s", formats.day(tile.as_of)) : ""),
            open: openMonths,
        },
        cei: {
            name: _t("CEI"),
            hint: _t(
                "Collection effectiveness of the last closed month: (opening + sales - closing) / (opening + sales - not due). At 100 % everything that was due came in."
            ),
            kind: "percent",
            better: "up",
            note: (tile, formats) => (tile.as_of ? _t("As of %s", formats.day(tile.as_of)) : ""),
            open: openMonths,
        },
        over_90: {
            name: _t("Over 90 Days"),
            hint: _t("Share of the open receivables more than 90 days overdue. Compared with the end of the last closed month."),
            kind: "percent",
            better: "down",
            note: (tile, formats) => formats.money(tile.amount),
            open: (dashboard) => dashboard.openAging(_t("Over 90 Days"), [["age", ">", 90]]),
        },
    };
}
