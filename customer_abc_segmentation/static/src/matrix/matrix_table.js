import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

import { formatShare } from "../shared/format";

import { Component } from "@odoo/owl";

/** The cells of the data of `abc.matrix`: rows are the classes of the earlier day, columns those of the later one. */
export class MatrixTable extends Component {
    static template = "customer_abc_segmentation.MatrixTable";
    static props = { matrix: Object, onCell: Function };

    /** Classes the customers came from, those who had none last. */
    get rows() {
        const { classes, counts } = this.props.matrix;
        const levels = classes.map((level) => ({ ...level, isClass: true }));
        return counts.new ? [...levels, { id: false, code: _t("New"), name: _t("had no class") }] : levels;
    }

    get columns() {
        const { classes, counts } = this.props.matrix;
        const levels = classes.map((level) => ({ ...level, isClass: true }));
        return counts.left ? [...levels, { id: false, code: _t("Left"), name: _t("no longer ranked") }] : levels;
    }

    getCell(row, column) {
        const found = this.props.matrix.cells.find(([from, to]) => from === row.id && to === column.id);
        const total = this.getTotal(0, row.id);
        return {
            kind: found?.[2] || "none",
            count: found?.[3] || 0,
            share: found ? found[3] / total : 0,
        };
    }

    getTotal(side, classId) {
        return this.props.matrix.cells
            .filter((cell) => cell[side] === classId)
            .reduce((sum, [, , , customers]) => sum + customers, 0);
    }

    getStyle(cell) {
        return cell.count ? `--o-abc-share: ${Math.round(12 + 58 * cell.share)}%` : "";
    }

    formatCount(count) {
        return formatFloat(count, { digits: [16, 0] });
    }

    formatShare(share) {
        return formatShare(share);
    }
}
