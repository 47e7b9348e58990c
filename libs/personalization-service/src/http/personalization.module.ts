import { Module, type DynamicModule } from '@nestjs/common';
import type { Personalization } from '../create-personalization.js';
import { OfferApi } from '../offer-api.js';
import { OffersController } from './offers.controller.js';

/** Personalization over HTTP. */
@Module({})
export class PersonalizationModule {
  static forRoot(personalization: Personalization): DynamicModule {
    return {
      module: PersonalizationModule,
      controllers: [OffersController],
      providers: [{ provide: OfferApi, useValue: personalization.offers }],
    };
  }
}
