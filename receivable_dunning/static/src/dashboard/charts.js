import { _t } from "@web/core/l10n/translation";

export const INK = "#374151";
const GRID = "#e5e7eb";
export const COLORS = {
    habit: "#3b7ea8",
    promised: "#2f8f6b",
    disputed: "#d08a2e",
    due: "#111827",
    dso: "#714b67",
    best: "#8b97a5",
    target: "#b42318",
};
/** From not due to the oldest: where there are more buckets than colours, the last one stays. */
const AGES = ["#3b7ea8", "#e2b93b", "#e08a2e", "#d2592a", "#b42318", "#7a1420"];

export function ageColor(index) {
    return AGES[Math.min(index, AGES.length - 1)];
}

function axis(options = {}) {
    return { grid: { color: GRID, drawTicks: false }, border: { display: false }, ticks: { color: INK, padding: 6, ...options } };
}

function base(onPoint) {
    return {
        responsive: true,
        maintainAspectRatio: false,
        animation: { duration: 400 },
        interaction: { mode: "index", intersect: false },
        onHover: (event, elements) => {
            event.native.target.style.cursor = elements.length ? "pointer" : "default";
        },
        onClick: (_event, elements) => {
            if (elements.length) {
                onPoint(elements[0].index);
            }
        },
    };
}

/** The band of each bar as a line from low to high, with ends. */
const whiskers = {
    id: "whiskers",
    afterDatasetsDraw(chart, _args, { weeks }) {
        const { ctx, scales } = chart;
        ctx.save();
        ctx.strokeStyle = INK;
        ctx.lineWidth = 1.5;
        weeks.forEach(({ low, high }, index) => {
            if (!(high > low)) {
                return;
            }
            const x = scales.x.getPixelForValue(index);
            const [top, bottom] = [scales.y.getPixelForValue(high), scales.y.getPixelForValue(low)];
            ctx.beginPath();
            ctx.moveTo(x, top);
            ctx.lineTo(x, bottom);
            for (const y of [top, bottom]) {
                ctx.moveTo(x - 4, y);
                ctx.lineTo(x + 4, y);
            }
            ctx.stroke();
        });
        ctx.restore();
    },
};

/** Bars of what is expected each week by where it comes from, its band, and what the due dates say. */
export function forecastConfig({ weeks }, formats, onWeek) {
    const bars = (label, key, value) => ({
        type: "bar",
        label,
        stack: "expected",
        backgroundColor: COLORS[key],
        borderRadius: 2,
        maxBarThickness: 44,
        data: weeks.map(value),
    });
    const datasets = [bars(_t("Payment habits"), "habit", (week) => week.expected - week.promised - week.disputed)];
    if (weeks.some((week) => week.promised)) {
        datasets.push(bars(_t("Promises and plans"), "promised", (week) => week.promised));
    }
    if (weeks.some((week) => week.disputed)) {
        datasets.push(bars(_t("After disputes"), "disputed", (week) => week.disputed));
    }
    datasets.push({
        type: "line",
        label: _t("If paid on the due date"),
        data: weeks.map((week) => week.due || null),
        showLine: false,
        pointStyle: "line",
        pointRadius: 13,
        pointHoverRadius: 15,
        pointBorderWidth: 3,
        borderColor: COLORS.due,
        stack: "due",
        order: -1, // drawn over the bars
    });
    return {
        data: { labels: weeks.map((week) => formats.shortDay(week.week_start)), datasets },
        plugins: [whiskers],
        options: {
            ...base(onWeek),
            scales: {
                x: { ...axis({ maxRotation: 0, autoSkip: true }), stacked: true, grid: { display: false } },
                y: {
                    ...axis({ maxTicksLimit: 6, callback: (value) => formats.shortMoney(value) }),
                    beginAtZero: true,
                    stacked: true,
                    suggestedMax: Math.max(...weeks.map((week) => week.high)),
                },
            },
            plugins: {
                whiskers: { weeks },
                legend: { position: "bottom", labels: { color: INK, usePointStyle: true, boxHeight: 7, padding: 14 } },
                tooltip: {
                    callbacks: {
                        title: ([point]) => {
                            const week = weeks[point.dataIndex];
                            return `${formats.day(week.week_start)} – ${formats.day(week.week_end)}`;
                        },
                        label: (point) => `${point.dataset.label}: ${formats.money(point.raw || 0)}`,
                        footer: ([point]) => {
                            const { expected, low, high } = weeks[point.dataIndex];
                            return _t("Expected %(expected)s; in 8 of 10 weeks %(low)s to %(high)s", {
                                expected: formats.money(expected),
                                low: formats.money(low),
                                high: formats.money(high),
                            });
                        },
                    },
                },
            },
        },
    };
}

/** One bar per bucket. */
export function agingConfig({ buckets }, formats, onBucket) {
    return {
        type: "bar",
        data: {
            labels: buckets.map((bucket) => bucket.name),
            datasets: [
                {
                    data: buckets.map((bucket) => bucket.amount),
                    backgroundColor: buckets.map((_bucket, index) => ageColor(index)),
                    borderRadius: 3,
                    maxBarThickness: 56,
                },
            ],
        },
        options: {
            ...base(onBucket),
            scales: {
                x: { ...axis({ maxRotation: 0, autoSkip: false, font: { size: 11 } }), grid: { display: false } },
                y: { ...axis({ maxTicksLimit: 5, callback: (value) => formats.shortMoney(value) }), beginAtZero: true },
            },
            plugins: {
                legend: { display: false },
                tooltip: { callbacks: { label: (point) => formats.money(point.raw) } },
            },
        },
    };
}

/** DSO of the closed months, the best possible one, and the target. */
export function trendConfig({ months, target }, formats, onMonth) {
    const line = (label, color, values, options = {}) => ({
        label,
        data: values,
        borderColor: color,
        backgroundColor: color,
        borderWidth: 2,
        pointRadius: 3,
        tension: 0.25,
        spanGaps: true,
        ...options,
    });
    const datasets = [
        line(_t("DSO"), COLORS.dso, months.map((month) => month.dso), { borderWidth: 3, pointRadius: 4 }),
        line(_t("If everybody paid on time"), COLORS.best, months.map((month) => month.dso_best)),
    ];
    if (target) {
        const dashes = { borderDash: [6, 5], pointRadius: 0, pointStyle: "line" };
        datasets.push(line(_t("Target"), COLORS.target, months.map(() => target), dashes));
    }
    return {
        type: "line",
        data: { labels: months.map((month) => month.label), datasets },
        options: {
            ...base(onMonth),
            scales: {
                x: { ...axis({ maxRotation: 0, autoSkip: true, font: { size: 11 } }), grid: { display: false }, offset: true },
                y: { ...axis({ maxTicksLimit: 6 }), beginAtZero: true },
            },
            plugins: {
                legend: { position: "bottom", labels: { color: INK, usePointStyle: true, boxHeight: 7, padding: 14 } },
                tooltip: { callbacks: { label: (point) => `${point.dataset.label}: ${formats.days(point.raw)}` } },
            },
        },
    };
}
