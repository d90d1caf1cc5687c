import { Component, onWillUnmount, useState, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How long the form of a call is open by now, as minutes and seconds. */
export class CollectionTimerField extends Component {
    static template = xml`<span class="o_collection_timer" t-esc="state.text"/>`;
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ text: this.elapsed() });
        const timer = setInterval(() => (this.state.text = this.elapsed()), 1000);
        onWillUnmount(() => clearInterval(timer));
    }

    elapsed() {
        const start = this.props.record.data[this.props.name];
        const seconds = start ? Math.max(Math.floor((luxon.DateTime.now() - start) / 1000), 0) : 0;
        return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    }
}

registry.category("fields").add("collection_timer", { component: CollectionTimerField, supportedTypes: ["datetime"] });
