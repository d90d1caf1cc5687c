import { registry } from "@web/core/registry";
import { GraphModel } from "@web/views/graph/graph_model";
import { graphView } from "@web/views/graph/graph_view";

/** A graph in which a figure that is not known is a gap, not a zero. */
export class OptionalGraphModel extends GraphModel {
    _getData(dataPoints, forceUseAllDataPoints) {
        for (const point of dataPoints) {
            if (point.value === false) {
                point.value = null;
            }
        }
        const data = super._getData(dataPoints, forceUseAllDataPoints);
        for (const dataset of data.datasets) {
            // the core fills the places without any record with 0 and an empty domain
            dataset.data = dataset.data.map((value, index) => (dataset.domains[index].length ? value : null));
        }
        return data;
    }
}

registry.category("views").add("optional_graph", { ...graphView, Model: OptionalGraphModel });
