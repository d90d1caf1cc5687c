import { Component } from "@odoo/owl";

const SCORES = [1, 2, 3, 4, 5];

/**
 * The 25 cells of recency (upwards) and frequency (to the right). It knows nothing of customers: what a cell shows and
 * what a click does come with the props, so that heat map, painter of a policy and dashboards share it.
 */
export class RfmGrid extends Component {
    static template = "customer_abc_segmentation.RfmGrid";
    static props = {
        // in any order: r, f, color, and optionally title, lines (texts), weight (0 to 1), isMuted
        cells: {
            type: Array,
            element: {
                type: Object,
                shape: {
                    r: Number,
                    f: Number,
                    color: String,
                    title: { type: String, optional: true },
                    lines: { type: Array, element: String, optional: true },
                    weight: { type: Number, optional: true },
                    isMuted: { type: Boolean, optional: true },
                },
            },
        },
        onCell: { type: Function, optional: true },
        isSmall: { type: Boolean, optional: true },
    };

    get rows() {
        const places = Object.fromEntries(this.props.cells.map((cell) => [`${cell.r}-${cell.f}`, cell]));
        return [...SCORES].reverse().map((r) => ({
            r,
            cells: SCORES.map((f) => places[`${r}-${f}`]).filter(Boolean),
        }));
    }

    get scores() {
        return SCORES;
    }

    getStyle(cell) {
        const depth = Math.round(14 + 50 * (cell.weight ?? 1));
        return `--rfm-color: ${cell.color}; --rfm-depth: ${depth}%`;
    }

    onClick(cell) {
        this.props.onCell?.(cell);
    }
}
