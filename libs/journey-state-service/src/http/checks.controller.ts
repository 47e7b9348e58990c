import { Controller, Get, Query } from '@nestjs/common';
import { RequireRole } from '@waymark/runtime';
import { z } from 'zod';
import { InstanceCheck, type CheckPage } from '../check/instance-check.js';
import { InstanceWalk, type WalkReport } from '../check/instance-walk.js';

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
  @RequireRole('viewer')
  check(@Query() given: unknown): Promise<CheckPage> {
    return this.instances.page(query.parse(given));
  }

  @Get('broken')
  @RequireRole('viewer')
  broken(): WalkReport[] {
    return this.walk.report();
  }
}
