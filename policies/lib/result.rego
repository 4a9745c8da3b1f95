# METADATA
# description: |
#   The results of rules. A rule says where (a path in the object, as an array) and which facts belong into the words;
#   the words themselves are in the files beside it.
package paddlock.lib.result

# METADATA
# description: A violation at the level that the rule's setting gives.
fail(path, args) := {"path": path, "args": args}

# METADATA
# description: A violation with the words of one of the rule's cases.
fail_case(name, path, args) := {"case": name, "path": path, "args": args}

# METADATA
# description: A case at a level of its own; it holds where the rule's setting says "as written".
fail_level(level, name, path, args) := {"level": level, "case": name, "path": path, "args": args}

# METADATA
# description: What could not be judged, with the words of the case that says why. Never a pass.
not_judged(name, path, args) := {"outcome": "not-judged", "case": name, "path": path, "args": args}
