import type { z } from 'zod';
import type { Action } from '@/lib/auth/authorize';
import { processState } from '@/lib/config/process-state';
import type { ErrorCode } from '@/lib/errors/app-error';
import type { Answer } from './answers';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An action of the matrix; anybody; or the holder of a token that is set for this purpose. */
export type Access = Action | 'public' | 'metrics' | 'alert-source' | 'otlp';

/** What a route reads from the body: its schema by media type, null for bytes. */
type Bodies = Readonly<Record<string, z.ZodType | null>>;

/** A route as the OpenAPI document describes it. */
export interface RegisteredRoute {
  readonly method: Method;
  /** The path with its parameters in braces: `/api/alerts/{episodeId}`. */
  readonly route: string;
  readonly summary: string;
  readonly access: Access;
  readonly params?: z.ZodType | undefined;
  readonly query?: z.ZodType | undefined;
  readonly bodies?: Bodies | undefined;
  readonly answers: readonly Answer[];
  /** Refusals as problem+json. */
  readonly errors: readonly ErrorCode[];
}

const routes = processState('http.routes', () => new Map<string, RegisteredRoute>());

/** Keeps a route for the OpenAPI document. A module that is loaded again replaces its own. */
export function registerRoute(route: RegisteredRoute): void {
  routes().set(`${route.route} ${route.method}`, route);
}

/** All routes whose modules were loaded, by path and method. */
export const registeredRoutes = (): readonly RegisteredRoute[] =>
  [...routes()]
    .toSorted(([one], [other]) => one.localeCompare(other, 'en'))
    .map(([, route]) => route);
