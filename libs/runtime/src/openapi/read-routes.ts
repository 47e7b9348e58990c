import { RequestMethod, type Type } from '@nestjs/common';
import { HTTP_CODE_METADATA, METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { WaymarkError } from '@waymark/contracts';
import { z } from 'zod';
import { requiredRole, type Role } from '../roles.js';
import { OPERATION_KEY, type OperationWords, type ShownBy } from './operation.js';

/** One address of the API, as its controller has it. */
export interface DescribedRoute {
  /** Such as `get`. */
  method: string;
  /** Such as `/api/journeys/{id}`. */
  path: string;
  controller: string;
  handler: string;
  summary: string;
  /** With which it answers what `answer` describes, its usual one first. */
  statuses: number[];
  /** `z.void()` where there is no body, `z.string()` for text; else JSON. */
  answer: z.ZodType;
  role: Role | undefined;
  by: ShownBy | undefined;
  /** What is parsed of each part of a request, with that very schema. */
  body: z.ZodType | undefined;
  query: z.ZodObject | undefined;
  params: { name: string; schema: z.ZodType | undefined }[];
  headers: string[];
}

/** One argument of a handler, as Nest keeps it under `PARAMTYPE:INDEX`. */
interface RouteArgument {
  data?: string;
  schema?: unknown;
}

/**
 * Reads routes from their controllers, in the order of their paths: what Nest routes and parses by, and nothing beside it. Throws DEFECT
 * for a route without {@link Operation}, and for one that takes a body or a query without a schema.
 */
export function readRoutes(controllers: readonly Type[]): DescribedRoute[] {
  return controllers.flatMap(routesOf).sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}

function routesOf(controller: Type): DescribedRoute[] {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((handler) => {
    const route = prototype[handler];
    if (typeof route !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, route)) return [];
    return pathsOf(controller, route).map((path) => describe(controller, { handler, route, path }));
  });
}

function describe(
  controller: Type,
  { handler, route, path }: { handler: string; route: object; path: string },
): DescribedRoute {
  const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, route) as RequestMethod];
  const words = Reflect.getMetadata(OPERATION_KEY, route) as OperationWords | undefined;
  if (!words) throw new WaymarkError('DEFECT', `${method} ${path} does not say what it is for: @Operation(...)`);
  const args = argumentsOf(controller, handler);
  const schemaOf = (type: RouteParamtypes): z.ZodType | undefined => {
    const found = args.find((each) => each.type === type);
    if (found && !(found.schema instanceof z.ZodType))
      throw new WaymarkError('DEFECT', `${method} ${path} takes what it has no schema for: @Body({ schema })`);
    return found?.schema as z.ZodType | undefined;
  };
  return {
    method: method.toLowerCase(),
    path: path.replace(/:(\w+)/g, '{$1}'),
    controller: controller.name.replace(/Controller$/, ''),
    handler,
    summary: words.summary,
    answer: words.answer,
    by: words.by,
    statuses: [usualStatus(route, method), ...(words.also ?? [])],
    role: requiredRole(route, controller, path),
    body: schemaOf(RouteParamtypes.BODY) ?? schemaOf(RouteParamtypes.RAW_BODY),
    query: schemaOf(RouteParamtypes.QUERY) as z.ZodObject | undefined,
    params: [...path.matchAll(/:(\w+)/g)].map(([, name]) => {
      const named = args.find(({ type, data }) => type === RouteParamtypes.PARAM && data === name);
      return { name: name!, schema: named?.schema as z.ZodType | undefined };
    }),
    headers: args.flatMap(({ type, data }) => (type === RouteParamtypes.HEADERS && data !== undefined ? [data] : [])),
  };
}

function usualStatus(route: object, method: string): number {
  return (Reflect.getMetadata(HTTP_CODE_METADATA, route) as number | undefined) ?? (method === 'POST' ? 201 : 200);
}

function argumentsOf(controller: Type, handler: string): ({ type: RouteParamtypes } & RouteArgument)[] {
  const kept = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) as
    Record<string, RouteArgument> | undefined;
  return Object.entries(kept ?? {}).map(([key, argument]) => ({ ...argument, type: Number.parseInt(key, 10) }));
}

/** All addresses of a route: its controller's and its own, of which there may be several. */
function pathsOf(controller: Type, route: object): string[] {
  const before = [Reflect.getMetadata(PATH_METADATA, controller) as string | string[]].flat();
  const own = [Reflect.getMetadata(PATH_METADATA, route) as string | string[]].flat();
  const parts = (path: string): string[] => path.split('/').filter((part) => part !== '');
  return before.flatMap((first) => own.map((second) => `/${[...parts(first), ...parts(second)].join('/')}`));
}

function idOf({ path, method }: DescribedRoute): string {
  return `${path} ${method}`;
}
