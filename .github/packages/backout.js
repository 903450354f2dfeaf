#!/usr/bin/env node
// Starts the backout that npm installed for this platform, and ends as it ends.
"use strict";

const { spawnSync } = require("node:child_process");
const { constants } = require("node:os");

const name = `@backout/${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "backout.exe" : "backout";

let program;
try {
  program = require.resolve(`${name}/${file}`);
} catch {
  console.error(`error: ${name} is not installed: npm has no backout for this platform, or left out optional dependencies`);
  console.error("help: install again without --omit=optional, or see https://github.com/backout-rs/backout for other ways");
  // Could not judge, which is never a pass.
  process.exit(3);
}

const ended = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (ended.error) {
  console.error(`error: ${program} cannot be started: ${ended.error.message}`);
  process.exit(3);
}
// A shell's way to tell of a signal.
process.exit(ended.status ?? 128 + (constants.signals[ended.signal] ?? 0));
