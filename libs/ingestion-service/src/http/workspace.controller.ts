import { Body, Controller, Get, Put } from '@nestjs/common';
import { resourceSchema, type ShapeOf } from '@waymark/contracts';
import type { WorkspaceState } from '@waymark/ports';
import { Operation, RequireRole } from '@waymark/runtime';
import { z } from 'zod';
import { planSchema, WorkspaceApi, type Plan } from '../workspace-api.js';

const applyBody = z.strictObject({
  files: z.array(z.strictObject({ path: z.string().min(1), text: z.string() })).max(5_000),
  dryRun: z.boolean().default(false),
});

const stateSchema = z
  .object({
    revision: z.number().int().describe('0 before the first apply'),
    resources: z.array(z.object({ version: z.string(), resource: resourceSchema.meta({ id: 'Resource' }) })),
  } satisfies ShapeOf<WorkspaceState>)
  .meta({ id: 'Workspace' });

@Controller('api/workspace')
export class WorkspaceController {
  constructor(private readonly workspace: WorkspaceApi) {}

  @Get()
  @Operation('The workspace as it was applied last', { answer: stateSchema })
  @RequireRole('viewer')
  current(): Promise<WorkspaceState> {
    return this.workspace.current();
  }

  @Put()
  @Operation('Applies a workspace, or says what that would change (dryRun)', { answer: planSchema })
  @RequireRole('marketer')
  apply(@Body({ schema: applyBody }) { files, dryRun }: z.output<typeof applyBody>): Promise<Plan> {
    return this.workspace.apply(files, { dryRun });
  }
}
