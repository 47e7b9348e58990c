export { createTransports, type Transports } from './channels/create-transports.js';
export { unsetVariables, type Secrets } from './channels/secrets.js';
export * from './create-action-dispatch.js';
export * from './hand-over/transport.js';
export type { DeliveryCount } from './http/dispatch-answers.js';
export { ActionDispatchModule } from './http/action-dispatch.module.js';
export type { ProviderOutcome } from './outcome-api.js';
