import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { RESPONSES, jsonObjectSchema, type Decision, type Offer } from '@waymark/contracts';
import type { PersonalizationStore } from '@waymark/ports';
import { RequireRole } from '@waymark/runtime';
import { z } from 'zod';
import { OfferApi } from '../offer-api.js';

const customer = z.string().min(1);
const decideBody = z.strictObject({ customer, slot: z.string().min(1), context: jsonObjectSchema.default({}) });
const respondBody = z.strictObject({ customer, offer: z.string().min(1), outcome: z.enum(RESPONSES) });
const undoBody = z.strictObject({ customer, offer: z.string().min(1) });
const decisionsQuery = z.object({ customer, limit: z.coerce.number().int().min(1).max(1000).default(100) });

@Controller()
export class OffersController {
  constructor(private readonly offers: OfferApi) {}

  @Post('v1/decide')
  @HttpCode(200)
  @RequireRole('viewer')
  decide(@Body() body: unknown): Promise<Decision> {
    return this.offers.decide(decideBody.parse(body));
  }

  @Post('v1/respond')
  @HttpCode(202)
  @RequireRole('viewer')
  respond(@Body() body: unknown): Promise<void> {
    return this.offers.respond(respondBody.parse(body));
  }

  @Post('v1/undo')
  @HttpCode(202)
  @RequireRole('viewer')
  undo(@Body() body: unknown): Promise<void> {
    return this.offers.undo(undoBody.parse(body));
  }

  @Get('api/offers')
  @RequireRole('viewer')
  list(): Offer[] {
    return this.offers.offers();
  }

  @Get('api/decisions')
  @RequireRole('viewer')
  decisions(@Query() query: unknown): Promise<Decision[]> {
    const { customer: id, limit } = decisionsQuery.parse(query);
    return this.offers.decisions(id, limit);
  }

  @Get('api/decisions/candidates')
  @RequireRole('viewer')
  candidateCounts(): ReturnType<PersonalizationStore['candidateCounts']> {
    return this.offers.candidateCounts();
  }

  @Get('api/decisions/:id')
  @RequireRole('viewer')
  decision(@Param('id') id: string): Promise<Decision> {
    return this.offers.decision(id);
  }
}
