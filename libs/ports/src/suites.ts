/** The conformance suites: what every adapter of a port must do. For specs only; they need the test runner. */
export * from './batch-store.suite.js';
export * from './dispatch/dispatch-store.suite.js';
export * from './event-log.suite.js';
export * from './hot-context.suite.js';
export * from './ingestion/ingestion-store.suite.js';
export * from './ingestion/source-registry.suite.js';
export * from './ingestion/workspace-registry.suite.js';
export * from './job-queue.suite.js';
export * from './journey/exclusive-instances.suite.js';
export * from './journey/journey-store.suite.js';
export * from './personalization/personalization-store.suite.js';
export * from './testing/commit.js';
export * from './testing/journey-samples.js';
