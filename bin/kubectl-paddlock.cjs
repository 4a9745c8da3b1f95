#!/usr/bin/env node
// `kubectl paddlock …`: kubectl runs whatever is called kubectl-NAME on the PATH, with the words behind NAME.
// Plain old JavaScript, so that an old Node can read it and say what is wrong.
var version = process.versions.node.split(".").map(Number);
if (version[0] < 22 || (version[0] === 22 && version[1] < 18)) {
  process.stderr.write(`kubectl paddlock needs Node 22.18 or newer; this is Node ${process.versions.node}\n`);
  process.exitCode = 2;
} else {
  require("node:module").enableCompileCache();
  require("../dist/cli.cjs").main(words(process.argv.slice(2)));
}

/** Without a subcommand there is help. Commands that talk to a cluster take kubectl's names of their options, too. */
function words(given) {
  var command = given[0];
  if (command === undefined) return ["--help"];
  if (["audit", "enforce", "exempt", "serve", "verify"].indexOf(command) < 0) return given;
  var end = given.indexOf("--");
  var options = end < 0 ? given : given.slice(0, end);
  return options.map(longOption).concat(given.slice(options.length));
}

function longOption(word) {
  if (word === "--context" || word.startsWith("--context=")) return `--kube-context${word.slice("--context".length)}`;
  return word;
}
