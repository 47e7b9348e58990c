import type { Segment } from '@waymark/contracts';
import type { ASTNode } from '@marcbachmann/cel-js';
import { celSource } from '../cel-source.js';
import { pathText, type OperandPath } from '../operand-paths.js';

const SEGMENTS = 'customer.segments';

/** The segments that a condition asks for, as `"id" in customer.segments`, each once. */
export function segmentsAskedFor(ast: ASTNode): string[] {
  const found = new Set<string>();
  collect(ast, found);
  return [...found];
}

/** Whether a condition reads the segments, or the customer as a whole, in another way than by `"id" in customer.segments`. */
export function readsSegmentsOtherwise(ast: ASTNode, paths: readonly OperandPath[]): boolean {
  if (paths.some((path) => pathText(path) === 'customer' || isWithinSegments(path))) return true;
  return reads(ast);
}

/** Segments with those first that others ask for. What is in a circle, which validation refuses, comes last. */
export function inOrder(segments: readonly Segment[]): Segment[] {
  const open = new Map(segments.map((segment) => [segment.id, segment]));
  const asked = new Map(segments.map(({ id, if: text }) => [id, segmentsAskedFor(celSource(text).ast)]));
  const ordered: Segment[] = [];
  for (let grown = true; grown;) {
    grown = false;
    for (const segment of [...open.values()]) {
      if (asked.get(segment.id)!.some((id) => open.has(id))) continue;
      open.delete(segment.id);
      ordered.push(segment);
      grown = true;
    }
  }
  return [...ordered, ...open.values()];
}

/** The ids of a circle that a segment is in, itself first and last; undefined when it is in none. */
export function circleOf(id: string, asked: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const from = new Map<string, string>();
  const open = [id];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    for (const other of asked.get(next) ?? []) {
      if (other === id) return pathTo(next, { id, from });
      if (from.has(other)) continue;
      from.set(other, next);
      open.push(other);
    }
  }
  return undefined;
}

function pathTo(last: string, { id, from }: { id: string; from: ReadonlyMap<string, string> }): string[] {
  const path = [id];
  for (let at = last; at !== id; at = from.get(at)!) path.unshift(at);
  return [id, ...path];
}

function collect(node: unknown, found: Set<string>): void {
  if (Array.isArray(node)) return node.forEach((child) => collect(child, found));
  if (!isNode(node)) return;
  const asked = askedFor(node);
  if (asked === undefined) collect(node.args, found);
  else found.add(asked);
}

function reads(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(reads);
  if (!isNode(node) || askedFor(node) !== undefined) return false;
  return isSegments(node) || reads(node.args);
}

function askedFor(node: ASTNode): string | undefined {
  if (node.op !== 'in') return undefined;
  const [id, list] = node.args;
  return id.op === 'value' && typeof id.args === 'string' && isSegments(list) ? id.args : undefined;
}

function isSegments(node: ASTNode): boolean {
  if (node.op === '.') return node.args[1] === 'segments' && isCustomer(node.args[0]);
  return (
    node.op === '[]' && node.args[1].op === 'value' && node.args[1].args === 'segments' && isCustomer(node.args[0])
  );
}

function isCustomer(node: ASTNode): boolean {
  return node.op === 'id' && node.args === 'customer';
}

function isWithinSegments(path: OperandPath): boolean {
  return path.length > 2 && pathText(path.slice(0, 2)) === SEGMENTS;
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
