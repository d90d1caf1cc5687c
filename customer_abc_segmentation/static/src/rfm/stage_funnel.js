import { Component } from "@odoo/owl";

const PATH = ["prospect", "first_purchase", "repeat", "loyal"];
const SIDE = ["at_risk", "lost", "won_back"];

/** How many customers stand where: the path from prospect to loyal as a funnel, and those who slip beside it. */
export class StageFunnel extends Component {
    static template = "customer_abc_segmentation.StageFunnel";
    static props = {
        stages: {
            type: Array,
            element: { type: Object, shape: { key: String, name: String, customers: Number, monetary: Number } },
        },
        formatAmount: Function,
        onStage: { type: Function, optional: true },
    };

    setup() {
        this.byKey = (keys) => keys.map((key) => this.props.stages.find((stage) => stage.key === key)).filter(Boolean);
    }

    get path() {
        const stages = this.byKey(PATH);
        const most = Math.max(1, ...stages.map((stage) => stage.customers));
        return stages.map((stage) => ({
            ...stage,
            // a few are still to be seen, none is not
            width: stage.customers ? `${Math.max(2, (100 * stage.customers) / most)}%` : "0",
        }));
    }

    get side() {
        return this.byKey(SIDE);
    }
}
