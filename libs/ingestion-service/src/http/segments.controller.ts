import { Controller, Get, Param, Query } from '@nestjs/common';
import { Operation, RequireRole } from '@waymark/runtime';
import { z } from 'zod';
import {
  memberPageSchema,
  SegmentApi,
  segmentCountSchema,
  type MemberPage,
  type SegmentCount,
} from '../segment-api.js';

const pageQuery = z.object({
  cursor: z.string().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

@Controller('api/segments')
export class SegmentsController {
  constructor(private readonly segments: SegmentApi) {}

  @Get()
  @Operation('All segments, and how many customers are in each', { answer: z.array(segmentCountSchema) })
  @RequireRole('viewer')
  list(): Promise<SegmentCount[]> {
    return this.segments.list();
  }

  @Get(':id/customers')
  @Operation('Who is in a segment', { answer: memberPageSchema })
  @RequireRole('viewer')
  customers(
    @Param('id') id: string,
    @Query({ schema: pageQuery }) page: z.output<typeof pageQuery>,
  ): Promise<MemberPage> {
    return this.segments.members(id, page);
  }
}
