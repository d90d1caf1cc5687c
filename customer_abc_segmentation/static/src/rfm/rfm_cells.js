import { formatCurrency } from "@web/core/currency";
import { formatInteger } from "@web/views/fields/formatters";

/** Amount of a heat map in the currency of its policy, short where it is long. */
export function formatAmount(data, amount) {
    const options = Math.abs(amount) >= 10000 ? { humanReadable: true } : { digits: [16, 0] };
    return formatCurrency(amount, data.policy.currency_id, options);
}

/**
 * The cells of the data of `rfm.heat.map` as `RfmGrid` draws them: deeper the more of the measure is in them.
 *
 * @param {Object} data
 * @param {"customers"|"monetary"} measure
 * @param {number|false} [segmentId] the others step back
 */
export function toCells(data, measure, segmentId = false) {
    const segments = Object.fromEntries(data.segments.map((segment) => [segment.id, segment]));
    const most = Math.max(1, ...data.cells.map((cell) => cell[measure]));
    return data.cells.map((cell) => ({
        r: cell.r,
        f: cell.f,
        color: segments[cell.segment_id].color,
        title: segments[cell.segment_id].name,
        lines: cell.customers ? [formatInteger(cell.customers), formatAmount(data, cell.monetary)] : [],
        weight: Math.sqrt(Math.max(0, cell[measure]) / most),
        isMuted: Boolean(segmentId) && cell.segment_id !== segmentId,
    }));
}
