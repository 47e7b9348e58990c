import { Controller, Get, Param } from '@nestjs/common';
import type { Instance } from '@waymark/journey-engine';
import { RequireRole } from '@waymark/runtime';
import { JourneyApi, type JourneyReport } from '../journey-api.js';

@Controller('api')
export class JourneysController {
  constructor(private readonly journeys: JourneyApi) {}

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

  @Get('instances/:id')
  @RequireRole('viewer')
  instance(@Param('id') id: string): Promise<Instance> {
    return this.journeys.instance(id);
  }
}
