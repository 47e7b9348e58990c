import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { ActionDispatchModule } from '@waymark/action-dispatch-service';
import { IngestionModule } from '@waymark/ingestion-service';
import { JourneyStateModule } from '@waymark/journey-state-service';
import { PersonalizationModule } from '@waymark/personalization-service';
import {
  Health,
  Metrics,
  OperationController,
  ParsingPipe,
  ProblemFilter,
  RoleGuard,
  ROLES,
  TokenRoles,
  type BearerToken,
  type Logger,
  type Role,
} from '@waymark/runtime';
import type { Platform } from '../create-platform.js';
import { isTarget } from '../is-target.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { OpenApiController } from './open-api.controller.js';
import { PLATFORM, PlatformController } from './platform.controller.js';

/** The HTTP face of the services that this process runs. */
@Module({})
export class PlatformModule {
  static forRoot(platform: Platform, health: Health, logger: Logger): DynamicModule {
    const { config, ingestion, journeyState, checks, personalization, dispatch, timelines } = platform;
    const resolve = (id: string): ReturnType<typeof ingestion.customers.resolve> => ingestion.customers.resolve(id);
    const modules = [
      isTarget(config, 'ingestion') && IngestionModule.forRoot(ingestion),
      isTarget(config, 'journey-state') && JourneyStateModule.forRoot(journeyState, checks, timelines),
      isTarget(config, 'personalization') && PersonalizationModule.forRoot(personalization),
      isTarget(config, 'action-dispatch') && ActionDispatchModule.forRoot(dispatch, resolve),
    ];
    return {
      module: PlatformModule,
      imports: modules.filter((module) => module !== false),
      controllers: [OperationController, OpenApiController, PlatformController, DeadLettersController],
      providers: [
        { provide: PLATFORM, useValue: platform },
        { provide: Health, useValue: health },
        { provide: Metrics, useValue: platform.metrics },
        { provide: APP_GUARD, useValue: new RoleGuard(new TokenRoles(bearerTokens(platform))) },
        { provide: APP_PIPE, useValue: new ParsingPipe() },
        { provide: APP_FILTER, useValue: new ProblemFilter(logger) },
      ],
    };
  }
}

function bearerTokens({ config, credentials }: Platform): BearerToken[] {
  const further = config.tokens.map((entry) => {
    const colon = entry.indexOf(':');
    return { role: ROLES.find((role: Role) => role === entry.slice(0, colon))!, token: entry.slice(colon + 1) };
  });
  return [{ role: 'admin', token: credentials.adminToken }, ...further];
}
