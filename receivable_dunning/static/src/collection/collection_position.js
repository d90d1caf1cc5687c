import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FloatField } from "@web/views/fields/float/float_field";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The longitude, with a button that asks the browser where we are and fills in both coordinates. */
export class CollectionPositionField extends Component {
    static template = "receivable_dunning.CollectionPosition";
    static components = { FloatField };
    static props = { ...standardFieldProps };

    setup() {
        this.notification = useService("notification");
    }

    get floatProps() {
        const { id, name, readonly, record } = this.props;
        return { id, name, readonly, record, digits: [10, 7], trailingZeros: false };
    }

    locate() {
        const refuse = () =>
            this.notification.add(_t("The browser does not tell the position: allow it, or leave it empty."), {
                type: "warning",
            });
        if (!navigator.geolocation) {
            refuse();
            return;
        }
        navigator.geolocation.getCurrentPosition(
            ({ coords }) =>
                this.props.record.update({
                    latitude: Number(coords.latitude.toFixed(7)),
                    longitude: Number(coords.longitude.toFixed(7)),
                }),
            refuse,
            { enableHighAccuracy: true, timeout: 15000 }
        );
    }
}

registry.category("fields").add("collection_position", {
    component: CollectionPositionField,
    supportedTypes: ["float"],
});
