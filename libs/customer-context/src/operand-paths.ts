import type { ASTNode } from '@marcbachmann/cel-js';

/** A path an expression reads, root first: `['customer', 'orders', 'count']`. */
export type OperandPath = readonly string[];

const ROOTS = new Set(['event', 'entry', 'customer', 'steps', 'now']);

/**
 * The longest paths an expression reads from its scope, each once, in the order they appear; a root alone where what is
 * read of it is known only when it is evaluated, as in `steps[event.properties.step]`.
 */
export function operandPaths(ast: ASTNode): OperandPath[] {
  const found = new Map<string, OperandPath>();
  collect(ast, found);
  return [...found.values()];
}

/** A path as it is written in CEL. */
export function pathText(path: OperandPath): string {
  return path.map((part, i) => (i === 0 ? part : /^[A-Za-z_]\w*$/.test(part) ? `.${part}` : `["${part}"]`)).join('');
}

function collect(node: unknown, found: Map<string, OperandPath>): void {
  if (Array.isArray(node)) return node.forEach((child) => collect(child, found));
  if (!isNode(node)) return;
  const path = pathOf(node);
  if (!path) return collect(node.args, found);
  found.set(pathText(path), path);
}

function pathOf(node: ASTNode): string[] | undefined {
  if (node.op === 'id') return ROOTS.has(node.args) ? [node.args] : undefined;
  if (node.op === '.' || node.op === '.?') return append(node.args[0], node.args[1]);
  if (node.op !== '[]' && node.op !== '[?]') return undefined;
  const key = node.args[1];
  return key.op === 'value' && typeof key.args === 'string' ? append(node.args[0], key.args) : undefined;
}

function append(base: ASTNode, key: string): string[] | undefined {
  const path = pathOf(base);
  return path && [...path, key];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
