# METADATA
# description: The settings that hold for the object in the input.
package paddlock.lib.settings

# METADATA
# description: The parameters of a rule, defaults filled in.
parameters(rule) := data.settings[input.settings].parameters[rule]
