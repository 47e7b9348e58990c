import { Controller, Get, Param, Query } from '@nestjs/common';
import type { TimelineEntry } from '@waymark/contracts';
import { RequireRole } from '@waymark/runtime';
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
  @RequireRole('viewer')
  timeline(@Param('id') id: string, @Query() given: unknown): Promise<TimelineEntry[]> {
    const { limit, journey } = query.parse(given);
    return this.reader.read(id, { limit, journeyId: journey });
  }
}
