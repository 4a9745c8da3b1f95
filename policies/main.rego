# METADATA
# description: The sole entrypoint. Collects what the applicable rules say of the object in the input.
# schemas:
# - input: schema.input
package paddlock

violations contains object.union(violation, {"rule": rule.id}) if {
	some rule in data.settings[input.settings].rules
	some violation in data.paddlock.rules[rule.category][rule.id].violations
}
