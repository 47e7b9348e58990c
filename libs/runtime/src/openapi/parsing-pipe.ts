import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { WaymarkError } from '@waymark/contracts';
import { z } from 'zod';

/**
 * Parses what a route takes with the schema that its parameter names: `@Body({ schema })`, `@Query({ schema })`. The API's description
 * is made from the same schema. Throws ZodError; for a part of the path, NOT_FOUND. Raw bodies are parsed by whoever reads them.
 */
export class ParsingPipe implements PipeTransform {
  transform(value: unknown, { type, schema, data }: ArgumentMetadata): unknown {
    if (!(schema instanceof z.ZodType)) return value;
    if (type === 'body' || type === 'query') return schema.parse(value);
    if (type !== 'param') return value;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new WaymarkError(
      'NOT_FOUND',
      `there is nothing at this address: ${data}: ${parsed.error.issues[0]!.message}`,
    );
  }
}
