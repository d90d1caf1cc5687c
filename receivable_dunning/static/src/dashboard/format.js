import { formatCurrency } from "@web/core/currency";
import { deserializeDate, deserializeDateTime, formatDate, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { formatInteger } from "@web/views/fields/formatters";

/** How figures of a company are written; what is not known is a dash. */
export class Formats {
    constructor(currencyId) {
        this.currencyId = currencyId;
    }

    isKnown(value) {
        return value !== null && value !== undefined && value !== false;
    }

    money(value) {
        return this.isKnown(value) ? formatCurrency(value, this.currencyId) : "–";
    }

    /** Short: 1.2M instead of 1,234,567.00. */
    shortMoney(value) {
        return this.isKnown(value) ? formatCurrency(value, this.currencyId, { humanReadable: true }) : "–";
    }

    percent(value, digits = 1) {
        return this.isKnown(value) ? `${formatFloat(100 * value, { digits: [16, digits] })} %` : "–";
    }

    days(value) {
        return this.isKnown(value) ? _t("%s days", formatFloat(value, { digits: [16, 1] })) : "–";
    }

    /** Whole days. */
    dayCount(value) {
        return value === 1 ? _t("1 day") : _t("%s days", formatInteger(value));
    }

    count(value) {
        return formatInteger(value);
    }

    day(value) {
        return value ? formatDate(deserializeDate(value)) : "";
    }

    /** Day and month only, for the axis of a chart. */
    shortDay(value) {
        return value ? deserializeDate(value).toLocaleString({ day: "numeric", month: "short" }) : "";
    }

    time(value) {
        return value ? formatDateTime(deserializeDateTime(value)) : "";
    }

    /** A value of a tile, by what it measures. */
    figure(kind, value, isShort = false) {
        if (kind === "money") {
            return isShort ? this.shortMoney(value) : this.money(value);
        }
        return kind === "days" ? this.days(value) : this.percent(value);
    }
}
