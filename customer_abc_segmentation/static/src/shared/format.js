import { formatFloat } from "@web/core/utils/numbers";

/** A share of 0 to 1 as percent with one decimal. */
export function formatShare(share) {
    return `${formatFloat(100 * share, { digits: [16, 1] })} %`;
}
