import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  jsonObjectSchema,
  migrationMapSchema,
  pauseSwitchesSchema,
  type JourneyControl,
  type JourneyJob,
} from '@waymark/contracts';
import type { Instance } from '@waymark/journey-engine';
import { RequireRole } from '@waymark/runtime';
import { z } from 'zod';
import { EntryRequests } from '../controls/entry-requests.js';
import { JourneyControls, type JobReport, type ResumePreview } from '../controls/journey-controls.js';
import type { MigrationPlan } from '../controls/plan-migration.js';
import { JourneyApi, type JourneyReport } from '../journey-api.js';

const dryRun = z.strictObject({ dryRun: z.stringbool().default(false) });
const migrationBody = z.strictObject({ map: migrationMapSchema, dryRun: z.boolean().default(false) });
const entryBody = z.strictObject({ customer: z.string().min(1), data: jsonObjectSchema.default({}) });

/** Work that goes on after the answer, and where to ask for it. */
interface Accepted {
  job: JourneyJob;
  statusUrl: string;
}

@Controller('api')
export class JourneysController {
  constructor(
    private readonly journeys: JourneyApi,
    private readonly controls: JourneyControls,
    private readonly entries: EntryRequests,
  ) {}

  @Get('journeys')
  @RequireRole('viewer')
  list(): Promise<JourneyReport[]> {
    return this.journeys.journeys();
  }

  @Get('journeys/:id')
  @RequireRole('viewer')
  one(@Param('id') id: string): Promise<JourneyReport> {
    return this.journeys.journey(id);
  }

  @Get('journeys/:id/control')
  @RequireRole('viewer')
  control(@Param('id') id: string): Promise<JourneyControl> {
    return this.controls.control(id);
  }

  @Post('journeys/:id/pause')
  @HttpCode(200)
  @RequireRole('marketer')
  pause(@Param('id') id: string, @Body() body: unknown): Promise<JourneyControl> {
    return this.controls.pause(id, pauseSwitchesSchema.parse(body ?? {}));
  }

  @Post('journeys/:id/resume')
  @HttpCode(200)
  @RequireRole('marketer')
  resume(@Param('id') id: string, @Query() query: unknown): Promise<JourneyControl | ResumePreview> {
    return dryRun.parse(query).dryRun ? this.controls.resumePreview(id) : this.controls.resume(id);
  }

  @Post('journeys/:id/close')
  @HttpCode(200)
  @RequireRole('marketer')
  close(@Param('id') id: string): Promise<JourneyControl> {
    return this.controls.close(id);
  }

  @Post('journeys/:id/stop')
  @HttpCode(202)
  @RequireRole('marketer')
  async stop(@Param('id') id: string): Promise<Accepted> {
    return accepted(id, await this.controls.stop(id));
  }

  @Post('journeys/:id/migrations')
  @HttpCode(202)
  @RequireRole('marketer')
  async migrate(@Param('id') id: string, @Body() body: unknown): Promise<Accepted | MigrationPlan> {
    const asked = migrationBody.parse(body);
    if (asked.dryRun) return this.controls.migrationPlan(id, asked.map);
    return accepted(id, await this.controls.migrate(id, asked.map));
  }

  @Get('journeys/:id/jobs/:job')
  @RequireRole('viewer')
  job(@Param('id') id: string, @Param('job') job: string): Promise<JobReport> {
    return this.controls.job(id, job);
  }

  @Post('journeys/:id/instances')
  @HttpCode(202)
  @RequireRole('marketer')
  enter(
    @Param('id') id: string,
    @Body() body: unknown,
    @Headers('idempotency-key') key: string = randomUUID(),
  ): Promise<void> {
    return this.entries.request(id, { ...entryBody.parse(body), key });
  }

  @Get('instances/:id')
  @RequireRole('viewer')
  instance(@Param('id') id: string): Promise<Instance> {
    return this.journeys.instance(id);
  }
}

function accepted(journeyId: string, job: JourneyJob): Accepted {
  return { job, statusUrl: `/api/journeys/${journeyId}/jobs/${encodeURIComponent(job.id)}` };
}
