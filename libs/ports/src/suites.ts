/** The conformance suites: what every adapter of a port must do. For specs only; they need the test runner. */
export * from './dispatch/dispatch-store.suite.js';
export * from './hot-context.suite.js';
export * from './job-queue.suite.js';
