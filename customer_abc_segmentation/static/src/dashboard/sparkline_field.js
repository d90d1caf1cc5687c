import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

const WIDTH = 72;
const HEIGHT = 22;
const MARGIN = 2;

/** A small line of a list of numbers, for a button or a list; nothing is drawn for fewer than two. */
export class SparklineField extends Component {
    static template = "customer_abc_segmentation.SparklineField";
    static props = { ...standardFieldProps };

    get values() {
        return this.props.record.data[this.props.name] || [];
    }

    get points() {
        const lowest = Math.min(0, ...this.values);
        const span = Math.max(...this.values) - lowest || 1;
        const step = (WIDTH - 2 * MARGIN) / (this.values.length - 1);
        return this.values.map((value, place) => [
            MARGIN + place * step,
            HEIGHT - MARGIN - ((value - lowest) / span) * (HEIGHT - 2 * MARGIN),
        ]);
    }

    get line() {
        return this.points.map((point) => point.map((part) => part.toFixed(1)).join(",")).join(" ");
    }

    get last() {
        return this.points.at(-1);
    }
}

registry.category("fields").add("segmentation_sparkline", {
    component: SparklineField,
    displayName: _t("Sparkline"),
    supportedTypes: ["jsonb", "json"],
});
