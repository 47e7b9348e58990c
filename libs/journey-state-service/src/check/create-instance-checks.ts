import { InstanceCheck } from './instance-check.js';
import { InstanceWalk } from './instance-walk.js';
import { Inspector, type InspectorPorts } from './inspector.js';

/** What finds instances that break an invariant: all of them when asked, and by itself those of this process's partitions. */
export interface InstanceChecks {
  check: InstanceCheck;
  walk: InstanceWalk;
}

export function createInstanceChecks(ports: InspectorPorts): InstanceChecks {
  const inspector = new Inspector(ports);
  return { check: new InstanceCheck(inspector, ports.partitions), walk: new InstanceWalk(inspector) };
}
