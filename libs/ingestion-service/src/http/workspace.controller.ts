import { Body, Controller, Get, Put } from '@nestjs/common';
import type { WorkspaceState } from '@waymark/ports';
import { RequireRole } from '@waymark/runtime';
import { z } from 'zod';
import { WorkspaceApi, type Plan } from '../workspace-api.js';

const applyBody = z.strictObject({
  files: z.array(z.strictObject({ path: z.string().min(1), text: z.string() })).max(5_000),
  dryRun: z.boolean().default(false),
});

@Controller('api/workspace')
export class WorkspaceController {
  constructor(private readonly workspace: WorkspaceApi) {}

  @Get()
  @RequireRole('viewer')
  current(): Promise<WorkspaceState> {
    return this.workspace.current();
  }

  @Put()
  @RequireRole('marketer')
  apply(@Body() body: unknown): Promise<Plan> {
    const { files, dryRun } = applyBody.parse(body);
    return this.workspace.apply(files, { dryRun });
  }
}
