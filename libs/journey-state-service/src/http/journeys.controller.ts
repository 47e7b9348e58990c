import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  journeyControlSchema,
  journeyJobSchema,
  jsonObjectSchema,
  migrationMapSchema,
  pauseSwitchesSchema,
  type JourneyControl,
  type JourneyJob,
} from '@waymark/contracts';
import type { Instance } from '@waymark/journey-engine';
import { Operation, RequireRole } from '@waymark/runtime';
import { z } from 'zod';
import { EntryRequests } from '../controls/entry-requests.js';
import {
  JourneyControls,
  jobReportSchema,
  resumePreviewSchema,
  type JobReport,
  type ResumePreview,
} from '../controls/journey-controls.js';
import { migrationPlanSchema, type MigrationPlan } from '../controls/plan-migration.js';
import { instanceSchema } from '../instance-schema.js';
import {
  insidePageSchema,
  JourneyApi,
  journeyReportSchema,
  type InsidePage,
  type JourneyReport,
} from '../journey-api.js';

const pauseBody = pauseSwitchesSchema.prefault({});
const dryRun = z.strictObject({ dryRun: z.stringbool().default(false) });
const migrationBody = z.strictObject({ map: migrationMapSchema, dryRun: z.boolean().default(false) });
const entryBody = z.strictObject({ customer: z.string().min(1), data: jsonObjectSchema.default({}) });
const insideQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  cursor: z.string().optional(),
});

const controlAnswer = journeyControlSchema.meta({ id: 'JourneyControl' });
/** Work that goes on after the answer, and where to ask for it. */
const acceptedJobSchema = z
  .object({ job: journeyJobSchema, statusUrl: z.string().describe('where to ask how far it has come') })
  .meta({ id: 'AcceptedJob' });
export type AcceptedJob = z.infer<typeof acceptedJobSchema>;

@Controller('api')
export class JourneysController {
  constructor(
    private readonly journeys: JourneyApi,
    private readonly controls: JourneyControls,
    private readonly entries: EntryRequests,
  ) {}

  @Get('journeys')
  @Operation('How all journeys are doing', { answer: z.array(journeyReportSchema) })
  @RequireRole('viewer')
  list(): Promise<JourneyReport[]> {
    return this.journeys.journeys();
  }

  @Get('journeys/:id')
  @Operation('How a journey is doing', { answer: journeyReportSchema })
  @RequireRole('viewer')
  one(@Param('id') id: string): Promise<JourneyReport> {
    return this.journeys.journey(id);
  }

  @Get('journeys/:id/control')
  @Operation('What people in charge have said of a journey', { answer: controlAnswer })
  @RequireRole('viewer')
  control(@Param('id') id: string): Promise<JourneyControl> {
    return this.controls.control(id);
  }

  @Post('journeys/:id/pause')
  @Operation('Pauses a journey', { answer: controlAnswer })
  @HttpCode(200)
  @RequireRole('marketer')
  pause(
    @Param('id') id: string,
    @Body({ schema: pauseBody }) body: z.output<typeof pauseBody>,
  ): Promise<JourneyControl> {
    return this.controls.pause(id, body);
  }

  @Post('journeys/:id/resume')
  @Operation('Opens a journey again, or says what that would release (dryRun)', {
    answer: z.union([controlAnswer, resumePreviewSchema]),
  })
  @HttpCode(200)
  @RequireRole('marketer')
  resume(
    @Param('id') id: string,
    @Query({ schema: dryRun }) query: z.output<typeof dryRun>,
  ): Promise<JourneyControl | ResumePreview> {
    return query.dryRun ? this.controls.resumePreview(id) : this.controls.resume(id);
  }

  @Post('journeys/:id/close')
  @Operation('Lets nobody into a journey any more', { answer: controlAnswer })
  @HttpCode(200)
  @RequireRole('marketer')
  close(@Param('id') id: string): Promise<JourneyControl> {
    return this.controls.close(id);
  }

  @Post('journeys/:id/stop')
  @Operation('Lets nobody into a journey any more, and everybody out', { answer: acceptedJobSchema })
  @HttpCode(202)
  @RequireRole('marketer')
  async stop(@Param('id') id: string): Promise<AcceptedJob> {
    return accepted(id, await this.controls.stop(id));
  }

  @Post('journeys/:id/migrations')
  @Operation('Takes those inside a journey to its published version, or says what that would do (dryRun)', {
    answer: z.union([acceptedJobSchema, migrationPlanSchema]),
  })
  @HttpCode(202)
  @RequireRole('marketer')
  async migrate(
    @Param('id') id: string,
    @Body({ schema: migrationBody }) asked: z.output<typeof migrationBody>,
  ): Promise<AcceptedJob | MigrationPlan> {
    if (asked.dryRun) return this.controls.migrationPlan(id, asked.map);
    return accepted(id, await this.controls.migrate(id, asked.map));
  }

  @Get('journeys/:id/jobs/:job')
  @Operation('How far a job on a journey has come', { answer: jobReportSchema })
  @RequireRole('viewer')
  job(@Param('id') id: string, @Param('job') job: string): Promise<JobReport> {
    return this.controls.job(id, job);
  }

  @Get('journeys/:id/instances')
  @Operation('The customers inside a journey, page by page', { answer: insidePageSchema })
  @RequireRole('viewer')
  inside(
    @Param('id') id: string,
    @Query({ schema: insideQuery }) query: z.output<typeof insideQuery>,
  ): Promise<InsidePage> {
    return this.journeys.inside(id, query);
  }

  @Post('journeys/:id/instances')
  @Operation('Asks that a customer enters a journey', { answer: z.void() })
  @HttpCode(202)
  @RequireRole('marketer')
  enter(
    @Param('id') id: string,
    @Body({ schema: entryBody }) body: z.output<typeof entryBody>,
    @Headers('idempotency-key') key: string = randomUUID(),
  ): Promise<void> {
    return this.entries.request(id, { ...body, key });
  }

  @Get('instances/:id')
  @Operation('One instance, as it is stored', { answer: instanceSchema })
  @RequireRole('viewer')
  instance(@Param('id') id: string): Promise<Instance> {
    return this.journeys.instance(id);
  }
}

function accepted(journeyId: string, job: JourneyJob): AcceptedJob {
  return { job, statusUrl: `/api/journeys/${journeyId}/jobs/${encodeURIComponent(job.id)}` };
}
