import { _t } from "@web/core/l10n/translation";

import { Component } from "@odoo/owl";

const WIDTH = 120;
const HEIGHT = 30;
const MARGIN = 3;

/** Places of the known values of a history in a box; nothing for fewer than two. */
export function sparkline(history) {
    const known = history.map((value, place) => [place, value]).filter(([, value]) => typeof value === "number");
    if (known.length < 2) {
        return [];
    }
    const values = known.map(([, value]) => value);
    const lowest = Math.min(...values);
    const span = Math.max(...values) - lowest || 1;
    const [first, last] = [known[0][0], known.at(-1)[0]];
    return known.map(([place, value]) => [
        MARGIN + ((place - first) / (last - first)) * (WIDTH - 2 * MARGIN),
        HEIGHT - MARGIN - ((value - lowest) / span) * (HEIGHT - 2 * MARGIN),
    ]);
}

/** How a value moved: by its share where it is an amount or days, by points where it is a share itself. */
export function movement({ value, before }, kind) {
    if (typeof value !== "number" || typeof before !== "number") {
        return null;
    }
    if (kind === "percent") {
        return value - before;
    }
    return before ? (value - before) / Math.abs(before) : null;
}

/** A headline figure: what it is now, how it moved, the last year as a small line. */
export class DashboardTile extends Component {
    static template = "receivable_dunning.DashboardTile";
    static props = { tile: Object, about: Object, period: Object, formats: Object, onOpen: Function };

    get points() {
        return sparkline(this.props.tile.history);
    }

    get line() {
        return this.points.map((point) => point.map((part) => part.toFixed(1)).join(",")).join(" ");
    }

    get change() {
        const { tile, about, formats } = this.props;
        const moved = movement(tile, about.kind);
        if (moved === null) {
            return null;
        }
        const isFlat = Math.abs(moved) < 0.0005;
        const isGood = about.better === "up" ? moved > 0 : moved < 0;
        const size = formats.percent(Math.abs(moved)).replace(/ %$/, "");
        return {
            tone: isFlat ? "flat" : isGood ? "good" : "bad",
            icon: isFlat ? "fa-minus" : moved > 0 ? "fa-arrow-up" : "fa-arrow-down",
            text: about.kind === "percent" ? _t("%s points", size) : `${size} %`,
            since: tile.date ? _t("since %s", formats.day(tile.date)) : "",
            title: _t("Was %s", formats.figure(about.kind, tile.before)),
        };
    }

    get note() {
        const { tile, about, formats, period } = this.props;
        return about.note ? about.note(tile, formats, period) : "";
    }
}
