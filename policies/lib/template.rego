# METADATA
# description: Values that a tool fills in later cannot be judged.
package paddlock.lib.template

# METADATA
# description: Whether a value is a string that holds a template - {{ … }}, ${…} or $(…).
is_template(value) if {
	is_string(value)
	some opening in ["{{", "${", "$("]
	contains(value, opening)
}
