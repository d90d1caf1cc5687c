import { cookie } from "@web/core/browser/cookie";
import { _t } from "@web/core/l10n/translation";

import { useChart } from "../shared/use_chart";

import { Component } from "@odoo/owl";

const EARNING = "#2e9e6b";
const LOSING = "#d9534f";

/** A dashed line at the peak with its amount, and one at what is left in the end. */
const landmarks = {
    id: "landmarks",
    afterDatasetsDraw(chart, args, { peak, total, ink }) {
        const { ctx, chartArea, scales } = chart;
        ctx.save();
        ctx.setLineDash([5, 4]);
        ctx.font = "600 11px sans-serif";
        for (const { value, text, color, baseline } of [peak, total]) {
            const y = scales.y.getPixelForValue(value);
            ctx.strokeStyle = color;
            ctx.fillStyle = color || ink;
            ctx.beginPath();
            ctx.moveTo(chartArea.left, y);
            ctx.lineTo(chartArea.right, y);
            ctx.stroke();
            ctx.textAlign = "right";
            ctx.textBaseline = baseline;
            ctx.fillText(text, chartArea.right - 6, baseline === "bottom" ? y - 4 : y + 4);
        }
        ctx.restore();
    },
};

/** Cumulative profit over customers, the best first: green while it rises, red where customers take away. */
export class WhaleChart extends Component {
    static template = "customer_abc_segmentation.WhaleChart";
    static props = {
        data: Object,
        formatMoney: Function,
        onSlice: Function,
    };

    setup() {
        useChart(
            () => this.props.data,
            (data) => this.getConfig(data)
        );
    }

    /** The curve begins at nobody and nothing. */
    getCurve({ points }) {
        return [{ x: 0, y: 0 }, ...points.map(({ rank_to, cumulative }) => ({ x: rank_to, y: cumulative }))];
    }

    getConfig(data) {
        const isDark = cookie.get("color_scheme") === "dark";
        const color = ({ p1DataIndex }) => (data.points[p1DataIndex - 1].is_earning ? EARNING : LOSING);
        const pointColors = [EARNING, ...data.points.map((point) => (point.is_earning ? EARNING : LOSING))];
        return {
            type: "line",
            data: {
                datasets: [
                    {
                        label: _t("Cumulative profit"),
                        data: this.getCurve(data),
                        borderWidth: 2.5,
                        borderColor: EARNING,
                        segment: { borderColor: color, backgroundColor: (part) => `${color(part)}22` },
                        fill: "origin",
                        pointRadius: data.points.length > 60 ? 0 : 3,
                        pointBackgroundColor: pointColors,
                        pointBorderColor: pointColors,
                        pointHoverRadius: 6,
                    },
                ],
            },
            options: this.getOptions(data, isDark ? "#c9d1d9" : "#4a5056", isDark ? "#ffffff1f" : "#0000000f"),
            plugins: [landmarks],
        };
    }

    getOptions(data, ink, grid) {
        const money = (value) => this.props.formatMoney(value, true);
        const isApart = data.peak.profit !== data.total;
        return {
            maintainAspectRatio: false,
            animation: { duration: 250 },
            interaction: { mode: "index", intersect: false },
            onClick: (ev, elements, chart) => {
                const [hit] = chart.getElementsAtEventForMode(ev, "index", { intersect: false }, true);
                const point = hit && data.points[Math.max(hit.index - 1, 0)];
                if (point) {
                    this.props.onSlice(point.rank_from, point.rank_to);
                }
            },
            onHover: (ev, elements) => {
                ev.native.target.style.cursor = elements.length ? "pointer" : "default";
            },
            scales: {
                x: {
                    type: "linear",
                    min: 0,
                    max: data.customers,
                    grid: { display: false },
                    title: { display: true, text: _t("Customers, the most profitable first"), color: ink },
                    ticks: { color: ink, precision: 0 },
                },
                y: {
                    beginAtZero: true,
                    suggestedMax: 1.08 * data.peak.profit,
                    grid: { color: grid },
                    title: { display: true, text: _t("Cumulative profit"), color: ink },
                    ticks: { color: ink, callback: money },
                },
            },
            plugins: {
                legend: { display: false },
                landmarks: {
                    ink,
                    peak: {
                        value: data.peak.profit,
                        text: _t("Peak %(amount)s", { amount: money(data.peak.profit) }),
                        color: EARNING,
                        baseline: "bottom",
                    },
                    total: {
                        value: data.total,
                        text: isApart ? _t("Left %(amount)s", { amount: money(data.total) }) : "",
                        color: ink,
                        baseline: "top",
                    },
                },
                tooltip: { callbacks: this.getTooltip(data) },
            },
        };
    }

    getTooltip({ points }) {
        return {
            title: ([{ dataIndex }]) => {
                const point = points[dataIndex - 1];
                if (!point) {
                    return "";
                }
                return point.rank_from === point.rank_to
                    ? _t("Customer %(rank)s", { rank: point.rank_to })
                    : _t("Customers %(from)s to %(to)s", { from: point.rank_from, to: point.rank_to });
            },
            label: ({ dataIndex }) => {
                const point = points[dataIndex - 1];
                return point ? ` ${_t("Profit")}: ${this.props.formatMoney(point.profit)}` : "";
            },
            footer: ([{ dataIndex }]) => {
                const point = points[dataIndex - 1];
                return point ? `${_t("Cumulative")}: ${this.props.formatMoney(point.cumulative)}` : "";
            },
        };
    }
}
