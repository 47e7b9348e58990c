export { checkedResources, sha256 } from './checked-resources.js';
export type { PlatformStatus } from './http/platform-status.js';
export * from './start-platform.js';
