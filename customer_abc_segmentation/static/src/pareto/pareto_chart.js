import { cookie } from "@web/core/browser/cookie";
import { _t } from "@web/core/l10n/translation";

import { useChart } from "../shared/use_chart";

import { Component } from "@odoo/owl";

const REST_COLOR = { light: "#d5dae0", dark: "#4b5360" };

/** Draws a dashed line with its name at the upper share of each class but the last. */
const classLimits = {
    id: "classLimits",
    afterDatasetsDraw(chart, args, options) {
        const { ctx, chartArea, scales } = chart;
        ctx.save();
        ctx.setLineDash([5, 4]);
        ctx.font = "600 11px sans-serif";
        ctx.textAlign = "right";
        ctx.textBaseline = "top";
        for (const level of options.levels) {
            const y = scales.share.getPixelForValue(level.upper_share);
            ctx.strokeStyle = level.color;
            ctx.fillStyle = level.color;
            ctx.beginPath();
            ctx.moveTo(chartArea.left, y);
            ctx.lineTo(chartArea.right, y);
            ctx.stroke();
            // below its line at the right end: the bars are low there, the curve is above
            ctx.fillText(`${level.code} ${level.upper_share} %`, chartArea.right - 6, y + 4);
        }
        ctx.restore();
    },
};

/** Bars by customer in the colour of their class, the cumulative curve above them. */
export class ParetoChart extends Component {
    static template = "customer_abc_segmentation.ParetoChart";
    static props = {
        data: Object,
        formatMeasure: Function,
        onCustomer: Function,
    };

    setup() {
        useChart(
            () => this.props.data,
            (data) => this.getConfig(data)
        );
    }

    get bars() {
        const { bars, rest } = this.props.data;
        return rest ? [...bars, rest] : bars;
    }

    getName(bar) {
        return bar.partner_id ? bar.name : _t("Other customers (%s)", bar.customers);
    }

    getConfig({ classes }) {
        const isDark = cookie.get("color_scheme") === "dark";
        const ink = isDark ? "#c9d1d9" : "#4a5056";
        const bars = this.bars;
        const levels = Object.fromEntries(classes.map((level) => [level.id, level]));
        const restColor = isDark ? REST_COLOR.dark : REST_COLOR.light;
        return {
            data: {
                labels: bars.map((bar) => this.getName(bar)),
                datasets: [
                    {
                        type: "line",
                        label: _t("Cumulative share"),
                        data: bars.map((bar) => 100 * (bar.cumulative || 0)),
                        yAxisID: "share",
                        borderColor: ink,
                        backgroundColor: ink,
                        borderWidth: 2,
                        pointRadius: bars.length > 60 ? 0 : 2,
                        pointHoverRadius: 5,
                        tension: 0.15,
                    },
                    {
                        type: "bar",
                        label: this.props.data.policy.measure,
                        data: bars.map((bar) => bar.measure),
                        yAxisID: "measure",
                        backgroundColor: bars.map((bar) => levels[bar.class_id]?.color || restColor),
                        borderRadius: 3,
                        categoryPercentage: 0.94,
                        barPercentage: 0.94,
                    },
                ],
            },
            options: this.getOptions(ink, isDark ? "#ffffff1f" : "#0000000f", classes, levels),
            plugins: [classLimits],
        };
    }

    getOptions(ink, grid, classes, levels) {
        const bars = this.bars;
        return {
            maintainAspectRatio: false,
            animation: { duration: 250 },
            interaction: { mode: "index", intersect: false },
            onClick: (ev, elements, chart) => {
                const [hit] = chart.getElementsAtEventForMode(ev, "index", { intersect: false }, true);
                if (hit && bars[hit.index].partner_id) {
                    this.props.onCustomer(bars[hit.index].partner_id);
                }
            },
            onHover: (ev, elements) => {
                const isCustomer = elements.length && bars[elements[0].index].partner_id;
                ev.native.target.style.cursor = isCustomer ? "pointer" : "default";
            },
            scales: {
                x: {
                    grid: { display: false },
                    ticks: {
                        color: ink,
                        autoSkip: true,
                        maxRotation: 60,
                        minRotation: 0,
                        callback: (value, index) => this.shorten(this.getName(bars[index])),
                    },
                },
                measure: {
                    position: "left",
                    beginAtZero: true,
                    grid: { color: grid },
                    title: { display: true, text: this.props.data.policy.measure, color: ink },
                    ticks: { color: ink, callback: (value) => this.props.formatMeasure(value, true) },
                },
                share: {
                    position: "right",
                    min: 0,
                    max: 100,
                    grid: { display: false },
                    ticks: { color: ink, callback: (value) => `${value} %` },
                },
            },
            plugins: {
                legend: { display: false },
                classLimits: { levels: classes.slice(0, -1) },
                tooltip: {
                    callbacks: {
                        label: ({ dataset, dataIndex }) =>
                            dataset.type === "bar"
                                ? ` ${dataset.label}: ${this.props.formatMeasure(bars[dataIndex].measure)}`
                                : ` ${dataset.label}: ${(100 * (bars[dataIndex].cumulative || 0)).toFixed(1)} %`,
                        footer: ([{ dataIndex }]) => {
                            const level = levels[bars[dataIndex].class_id];
                            return level ? _t("Class %(code)s", { code: level.code }) : "";
                        },
                    },
                },
            },
        };
    }

    shorten(name) {
        return name.length > 22 ? `${name.slice(0, 21)}…` : name;
    }
}
