import { WaymarkError } from '@waymark/contracts';
import { parse, YAMLParseError } from 'yaml';

/** The value of a YAML or JSON text that is no resource. Throws INVALID_BODY, with line and column. */
export function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof YAMLParseError)) throw cause;
    throw new WaymarkError('INVALID_BODY', cause.message, { cause });
  }
}
