import { TableError } from '../../core/tables/table-error.ts';
import { ICEBERG_ROUTES, type IcebergRoute } from './iceberg-routes.ts';

export interface MatchedRoute {
  readonly route: IcebergRoute;
  /** Decoded once each. */
  readonly parameters: ReadonlyMap<string, string>;
}

const PATTERNS = ICEBERG_ROUTES.map((route) => ({ route, segments: route.path.split('/') }));

/**
 * Finds the route of a raw path below `/v1/`. The path is split before it is decoded, so that a name may hold a slash.
 * Refuses with `no-such-route`, `method-not-allowed`, and `bad-request` for a path that cannot be decoded.
 */
export function matchRoute(method: string, rawPath: string): MatchedRoute {
  const raw = rawPath.split('/');
  if (raw.some((segment) => segment === '.' || segment === '..')) {
    throw new TableError('bad-request', 'The path has a dot segment');
  }
  const matching = PATTERNS.filter(({ segments }) => isMatch(segments, raw));
  const found = matching.find(({ route }) => route.method === method);
  if (found === undefined) {
    if (matching.length === 0) throw new TableError('no-such-route', `No such endpoint: ${method} /v1/${rawPath}`);
    throw new TableError('method-not-allowed', `Not supported: ${method} /v1/${matching[0]?.route.path}`);
  }
  const parameters = new Map<string, string>();
  for (const [index, segment] of found.segments.entries()) {
    if (isParameter(segment)) parameters.set(segment.slice(1, -1), decodeSegment(raw[index] ?? ''));
  }
  return { route: found.route, parameters };
}

function isMatch(segments: readonly string[], raw: readonly string[]): boolean {
  if (segments.length !== raw.length) return false;
  return segments.every((segment, index) => (isParameter(segment) ? raw[index] !== '' : segment === raw[index]));
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{');
}

function decodeSegment(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new TableError('bad-request', `The path segment ${JSON.stringify(raw.slice(0, 80))} cannot be decoded`);
  }
}
