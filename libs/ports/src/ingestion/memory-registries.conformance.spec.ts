import { MemorySourceRegistry } from './source-registry.js';
import { sourceRegistrySuite } from './source-registry.suite.js';
import { MemoryWorkspaceRegistry } from './workspace-registry.js';
import { workspaceRegistrySuite } from './workspace-registry.suite.js';

sourceRegistrySuite('memory', async () => new MemorySourceRegistry());
workspaceRegistrySuite('memory', async () => new MemoryWorkspaceRegistry());
