import { Controller, Get, Query } from '@nestjs/common';
import { Operation, RequireRole } from '@waymark/runtime';
import { z } from 'zod';
import { checkPageSchema, InstanceCheck, type CheckPage } from '../check/instance-check.js';
import { InstanceWalk, walkReportSchema, type WalkReport } from '../check/instance-walk.js';

const query = z.object({
  limit: z.coerce.number().int().min(1).max(5_000).default(1_000),
  cursor: z.string().optional(),
});

/** Instances that break an invariant. */
@Controller('api/instances')
export class ChecksController {
  constructor(
    private readonly instances: InstanceCheck,
    private readonly walk: InstanceWalk,
  ) {}

  @Get('check')
  @Operation('Checks a stretch of all instances now, and says where the next one begins', { answer: checkPageSchema })
  @RequireRole('viewer')
  check(@Query({ schema: query }) at: z.output<typeof query>): Promise<CheckPage> {
    return this.instances.page(at);
  }

  @Get('broken')
  @Operation("What this process's own walk has found in its partitions", { answer: z.array(walkReportSchema) })
  @RequireRole('viewer')
  broken(): WalkReport[] {
    return this.walk.report();
  }
}
