import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { RESPONSES, jsonObjectSchema, type Decision, type Offer } from '@waymark/contracts';
import type { PersonalizationStore } from '@waymark/ports';
import { Operation, RequireRole } from '@waymark/runtime';
import { z } from 'zod';
import { OfferApi } from '../offer-api.js';
import { candidateCountSchema, decisionAnswer, offerAnswer } from './offer-answers.js';

const customer = z.string().min(1);
const decideBody = z.strictObject({ customer, slot: z.string().min(1), context: jsonObjectSchema.default({}) });
const respondBody = z.strictObject({ customer, offer: z.string().min(1), outcome: z.enum(RESPONSES) });
const undoBody = z.strictObject({ customer, offer: z.string().min(1) });
const decisionsQuery = z.object({ customer, limit: z.coerce.number().int().min(1).max(1000).default(100) });

@Controller()
export class OffersController {
  constructor(private readonly offers: OfferApi) {}

  @Post('v1/decide')
  @Operation('The next best action for a customer, now', { answer: decisionAnswer })
  @HttpCode(200)
  @RequireRole('viewer')
  decide(@Body({ schema: decideBody }) body: z.output<typeof decideBody>): Promise<Decision> {
    return this.offers.decide(body);
  }

  @Post('v1/respond')
  @Operation('What a customer answered to an offer', { answer: z.void() })
  @HttpCode(202)
  @RequireRole('viewer')
  respond(@Body({ schema: respondBody }) body: z.output<typeof respondBody>): Promise<void> {
    return this.offers.respond(body);
  }

  @Post('v1/undo')
  @Operation('Takes an automatic act back', { answer: z.void() })
  @HttpCode(202)
  @RequireRole('viewer')
  undo(@Body({ schema: undoBody }) body: z.output<typeof undoBody>): Promise<void> {
    return this.offers.undo(body);
  }

  @Get('api/offers')
  @Operation('The offers in use', { answer: z.array(offerAnswer) })
  @RequireRole('viewer')
  list(): Offer[] {
    return this.offers.offers();
  }

  @Get('api/decisions')
  @Operation("A customer's newest decisions", { answer: z.array(decisionAnswer) })
  @RequireRole('viewer')
  decisions(
    @Query({ schema: decisionsQuery }) { customer: id, limit }: z.output<typeof decisionsQuery>,
  ): Promise<Decision[]> {
    return this.offers.decisions(id, limit);
  }

  @Get('api/decisions/candidates')
  @Operation('How often each offer was a candidate, and why it did not win', { answer: z.array(candidateCountSchema) })
  @RequireRole('viewer')
  candidateCounts(): ReturnType<PersonalizationStore['candidateCounts']> {
    return this.offers.candidateCounts();
  }

  @Get('api/decisions/:id')
  @Operation('One decision, with every candidate and its reason', { answer: decisionAnswer })
  @RequireRole('viewer')
  decision(@Param('id') id: string): Promise<Decision> {
    return this.offers.decision(id);
  }
}
