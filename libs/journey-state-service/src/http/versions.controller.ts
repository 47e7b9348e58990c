import { Controller, Get, Param } from '@nestjs/common';
import { Operation, RequireRole } from '@waymark/runtime';
import { journeyVersionsSchema, VersionsReader, type JourneyVersions } from '../journey-versions.js';

@Controller('api/journeys/:id/versions')
export class VersionsController {
  constructor(private readonly reader: VersionsReader) {}

  @Get()
  @Operation("A journey's versions, and how many are inside each", { answer: journeyVersionsSchema })
  @RequireRole('viewer')
  versions(@Param('id') id: string): Promise<JourneyVersions> {
    return this.reader.versions(id);
  }
}
