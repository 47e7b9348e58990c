/** The example shop's traffic, for end-to-end tests and benches: what the demo drives a platform with. */
export { ApiClient } from './api-client.js';
export { applyFiles } from './commands/apply.js';
export { driveWeek } from './demo/drive-week.js';
export { fetchFigures, type DemoFigures } from './demo/fetch-report.js';
export { OutsideWorld } from './demo/outside-world.js';
export { generateWeek } from './demo/population.js';
