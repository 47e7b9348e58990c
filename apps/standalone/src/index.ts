export { checkedResources, sha256 } from './checked-resources.js';
export { removeDataFolder } from '@waymark/postgres';
export { HeldClock } from './clock/held-clock.js';
export type { PlatformStatus } from './http/platform-status.js';
export * from './start-platform.js';
