export * from './postgres-event-log.js';
