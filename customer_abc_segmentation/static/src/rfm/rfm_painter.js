import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { RfmGrid } from "./rfm_grid";

import { Component, useState } from "@odoo/owl";

const DEFAULT_COLOR = "#8c96a5";

/** The grid of a policy: choose a segment, then click the cells that belong to it. */
export class RfmPainter extends Component {
    static template = "customer_abc_segmentation.RfmPainter";
    static components = { RfmGrid };
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ segmentId: false });
    }

    /** Saved segments of the policy, as the list beneath has them. */
    get segments() {
        const { segment_ids: lines } = this.props.record.data;
        const count = {};
        for (const cell of this.records) {
            const id = cell.data.segment_id.id;
            count[id] = (count[id] || 0) + 1;
        }
        return lines.records
            .filter((line) => line.resId)
            .map((line) => ({
                id: line.resId,
                name: line.data.name || "",
                color: line.data.color || DEFAULT_COLOR,
                cells: count[line.resId] || 0,
            }));
    }

    get records() {
        return this.props.record.data[this.props.name].records;
    }

    get cells() {
        const segments = Object.fromEntries(this.segments.map((segment) => [segment.id, segment]));
        return this.records.map((record) => {
            const { r, f, segment_id: segment } = record.data;
            return {
                r,
                f,
                color: segments[segment.id]?.color || DEFAULT_COLOR,
                title: segments[segment.id]?.name || segment.display_name || "",
                isMuted: Boolean(this.state.segmentId) && segment.id !== this.state.segmentId,
            };
        });
    }

    get hint() {
        if (this.props.readonly || !this.records.length) {
            return "";
        }
        const segment = this.segments.find((each) => each.id === this.state.segmentId);
        return segment
            ? _t("Click the cells that belong to %s.", segment.name)
            : _t("Choose a segment to give cells to it. A new segment can be chosen once it is saved.");
    }

    choose(segment) {
        this.state.segmentId = this.state.segmentId === segment.id ? false : segment.id;
    }

    async paint(cell) {
        const segment = this.segments.find((each) => each.id === this.state.segmentId);
        if (this.props.readonly || !segment) {
            return;
        }
        const record = this.records.find(({ data }) => data.r === cell.r && data.f === cell.f);
        await record.update({ segment_id: { id: segment.id, display_name: segment.name } });
    }
}

export const rfmPainter = {
    component: RfmPainter,
    displayName: _t("RFM Grid"),
    supportedTypes: ["one2many"],
    useSubView: false,
    relatedFields: [
        { name: "r", type: "integer" },
        { name: "f", type: "integer" },
        // what is read only is not saved
        { name: "segment_id", type: "many2one", relation: "rfm.segment", readonly: false },
    ],
};

registry.category("fields").add("rfm_painter", rfmPainter);
