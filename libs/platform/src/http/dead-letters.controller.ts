import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { letterIdSchema, WaymarkError, type LetterId } from '@waymark/contracts';
import { Operation, RequireRole } from '@waymark/runtime';
import { z } from 'zod';
import type { Platform } from '../create-platform.js';
import {
  DeadLettersApi,
  letterSchema,
  lettersPageSchema,
  type Letter,
  type LettersPage,
} from '../dead-letters/dead-letters-api.js';
import { REDRIVES_MAX, redriveSchema, type Redrive } from '../dead-letters/redrive.js';
import { PLATFORM } from './platform.controller.js';

const lettersQuery = z.object({
  service: z.string().optional(),
  code: z.string().optional(),
  redriven: z.stringbool().optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  cursor: z.string().optional(),
});
const redriveBody = z.strictObject({ ids: z.array(letterIdSchema).min(1).max(REDRIVES_MAX) });

const redrivesSchema = z.object({ letters: z.array(redriveSchema) });
export type Redrives = z.infer<typeof redrivesSchema>;

/** What could not be processed. It quotes what customers have sent: for operators, as the log itself. */
@Controller('api/dead-letters')
@RequireRole('operator')
export class DeadLettersController {
  readonly #api: DeadLettersApi;

  constructor(@Inject(PLATFORM) platform: Platform) {
    this.#api = new DeadLettersApi(platform);
  }

  @Get()
  @Operation('What could not be processed, the newest first', { answer: lettersPageSchema })
  list(@Query({ schema: lettersQuery }) query: z.output<typeof lettersQuery>): Promise<LettersPage> {
    return this.#api.list(query);
  }

  @Post('redrive')
  @Operation('Has records processed again, each once', { answer: redrivesSchema })
  @HttpCode(200)
  async redriveMany(@Body({ schema: redriveBody }) { ids }: z.output<typeof redriveBody>): Promise<Redrives> {
    return { letters: await this.#api.redrive(ids) };
  }

  @Get(':id')
  @Operation('One dead letter, with its record', { answer: letterSchema })
  letter(@Param('id') id: string): Promise<Letter> {
    return this.#api.letter(letterId(id));
  }

  /** As {@link redriveMany}, but that what cannot be redriven is the request's failure. */
  @Post(':id/redrive')
  @Operation('Has a record processed again, once', { answer: redriveSchema })
  @HttpCode(200)
  async redrive(@Param('id') id: string): Promise<Redrive> {
    const letter = (await this.#api.redrive([letterId(id)]))[0]!;
    if (letter.result === 'refused') throw new WaymarkError(letter.code, letter.detail);
    return letter;
  }
}

function letterId(id: string): LetterId {
  const parsed = letterIdSchema.safeParse(id);
  if (parsed.success) return parsed.data;
  throw new WaymarkError('NOT_FOUND', `there is no dead letter ${id.slice(0, 100)}: ids are as in 2-17`);
}
