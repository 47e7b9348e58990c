import { Controller, Get, Param, Query } from '@nestjs/common';
import { timelineEntrySchema, type TimelineEntry } from '@waymark/contracts';
import { Operation, RequireRole } from '@waymark/runtime';
import { z } from 'zod';
import { TimelineReader } from '../timeline-reader.js';

const query = z.object({
  limit: z.coerce.number().int().min(1).max(5000).default(500),
  journey: z.string().optional(),
});

@Controller('api/customers/:id/timeline')
export class TimelineController {
  constructor(private readonly reader: TimelineReader) {}

  @Get()
  @Operation('What happened to a customer, and why', { answer: z.array(timelineEntrySchema) })
  @RequireRole('viewer')
  timeline(
    @Param('id') id: string,
    @Query({ schema: query }) { limit, journey }: z.output<typeof query>,
  ): Promise<TimelineEntry[]> {
    return this.reader.read(id, { limit, journeyId: journey });
  }
}
