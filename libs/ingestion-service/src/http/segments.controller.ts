import { Controller, Get, Param, Query } from '@nestjs/common';
import { RequireRole } from '@waymark/runtime';
import { z } from 'zod';
import { SegmentApi, type MemberPage, type SegmentCount } from '../segment-api.js';

const pageQuery = z.object({
  cursor: z.string().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

@Controller('api/segments')
export class SegmentsController {
  constructor(private readonly segments: SegmentApi) {}

  @Get()
  @RequireRole('viewer')
  list(): Promise<SegmentCount[]> {
    return this.segments.list();
  }

  @Get(':id/customers')
  @RequireRole('viewer')
  customers(@Param('id') id: string, @Query() query: unknown): Promise<MemberPage> {
    return this.segments.members(id, pageQuery.parse(query));
  }
}
