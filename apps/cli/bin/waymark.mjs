#!/usr/bin/env node
// Installs and builds what is missing, then runs the command line on the Node that the project brings.
process.argv.splice(2, 0, 'waymark');
process.env.INIT_CWD ??= process.cwd();
await import('../../../scripts/run.mjs');
