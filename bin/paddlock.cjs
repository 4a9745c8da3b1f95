#!/usr/bin/env node
// Plain old JavaScript, so that an old Node can read it and say what is wrong.
var version = process.versions.node.split(".").map(Number);
if (version[0] < 22 || (version[0] === 22 && version[1] < 18)) {
  process.stderr.write(`paddlock needs Node 22.18 or newer; this is Node ${process.versions.node}\n`);
  process.exitCode = 2;
} else {
  require("node:module").enableCompileCache();
  require("../dist/cli.cjs").main();
}
