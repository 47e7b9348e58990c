import { Controller, Get } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { jsonObjectSchema, type JsonObject } from '@waymark/contracts';
import { openApiDocument, Operation, readRoutes } from '@waymark/runtime';
import { VERSION } from '../version.js';

/** What this process's addresses are, for programs: read from its controllers. */
@Controller()
export class OpenApiController {
  #document: JsonObject | undefined;

  constructor(private readonly modules: ModulesContainer) {}

  @Get('openapi.json')
  @Operation('This document', { answer: jsonObjectSchema })
  document(): JsonObject {
    return (this.#document ??= openApiDocument(readRoutes(this.#controllers()), VERSION));
  }

  #controllers(): Parameters<typeof readRoutes>[0] {
    return [...this.modules.values()].flatMap(({ controllers }) =>
      [...controllers.values()].flatMap(({ metatype }) => (metatype ? [metatype as never] : [])),
    );
  }
}
