export type { LogDescription, TopicDescription } from './describe-log.js';
export { KafkaEventLog, type Following } from './kafka-event-log.js';
export type { KafkaOptions } from './kafka-options.js';
