import { registry } from "@web/core/registry";
import { MonetaryField, monetaryField } from "@web/views/fields/monetary/monetary_field";

/** An amount that may be unknown: an emptied input is no zero. */
export class OptionalNumberField extends MonetaryField {
    get inputOptions() {
        const options = super.inputOptions;
        return { ...options, parse: (text) => (text.trim() === "" ? false : options.parse(text)) };
    }
}

registry.category("fields").add("optional_number", {
    ...monetaryField,
    component: OptionalNumberField,
    displayName: monetaryField.displayName,
});
