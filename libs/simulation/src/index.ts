export * from './ring.js';
export * from './run-scenario.js';
