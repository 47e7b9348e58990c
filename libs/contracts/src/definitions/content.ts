import { z } from 'zod';

const body = {
  subject: z.string().optional(),
  /** MJML source; becomes HTML when the resource is compiled. */
  mjml: z.string().optional(),
  html: z.string().optional(),
  text: z.string().optional(),
  body: z.string().optional(),
  /** A webhook's body: a value whose strings are Liquid, or one Liquid string that renders to JSON. */
  json: z.json().optional(),
};

/** Liquid content, in a template or in place. */
export const contentSchema = z.strictObject(body);
export type Content = z.infer<typeof contentSchema>;
export const contentKeys = body;

/** What Liquid offers and content may not use: it has no other files to take in, and does not draw lots. */
export const LIQUID_DENIED = { tags: ['include', 'render', 'layout', 'block'], filters: ['sample'] } as const;
/** Characters of one text of content that Liquid parses at most. */
export const LIQUID_CHARS_MAX = 500_000;
