import { Body, Controller, Get, Put } from '@nestjs/common';
import type { WorkspaceState } from '@waymark/ports';
import { Operation, RequireRole } from '@waymark/runtime';
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
  @Operation('The workspace as it was applied last')
  @RequireRole('viewer')
  current(): Promise<WorkspaceState> {
    return this.workspace.current();
  }

  @Put()
  @Operation('Applies a workspace, or says what that would change (dryRun)')
  @RequireRole('marketer')
  apply(@Body({ schema: applyBody }) { files, dryRun }: z.output<typeof applyBody>): Promise<Plan> {
    return this.workspace.apply(files, { dryRun });
  }
}
