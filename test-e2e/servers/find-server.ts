import { hasContainerEngine, startContainer } from './container-engine.ts';
import { postgresqlRecipe } from './postgresql.ts';
import { redisRecipe } from './redis.ts';
import type { RunningServer, ServerKind, ServerRecipe } from './server-recipe.ts';
import { slapdRecipe } from './slapd.ts';

const RECIPES: Readonly<Record<ServerKind, ServerRecipe>> = {
  postgresql: postgresqlRecipe,
  redis: redisRecipe,
  slapd: slapdRecipe,
};

/** What a test file knows about a server while it loads. */
export interface FoundServer {
  readonly kind: ServerKind;
  readonly isHere: boolean;
  /**
   * Declares a block of tests that need the server. Where it is absent the block is skipped under a title that says so, or, with
   * `REQUIRE_SERVICES=1`, fails.
   */
  describe(title: string, body: () => void): void;
  /** Starts the server, or hands out the address in the environment. Stop it in `afterAll`. */
  start(): Promise<RunningServer>;
}

/**
 * Looks for a server in this order: an address in the environment (NEEDLESTACK_TEST_POSTGRES_URL, NEEDLESTACK_TEST_REDIS_URL,
 * NEEDLESTACK_TEST_LDAP_URL), a binary on
 * this machine, a container engine. A server at a given address may be shared and hold data: use names of your own in it.
 */
export function findServer(kind: ServerKind): FoundServer {
  const start = findStart(RECIPES[kind]);
  return {
    kind,
    isHere: start !== undefined,
    describe: (title, body) => describeIfHere(kind, start !== undefined, title, body),
    start: start ?? (() => Promise.reject(new Error(`${kind} is not here`))),
  };
}

function findStart(recipe: ServerRecipe): (() => Promise<RunningServer>) | undefined {
  const url = process.env[recipe.addressVariable];
  if (url !== undefined && url !== '') return async () => ({ url, stop: async () => undefined });
  const binary = recipe.findBinary();
  if (binary !== undefined) return () => recipe.startBinary(binary);
  return hasContainerEngine() ? () => startContainer(recipe.container) : undefined;
}

function describeIfHere(kind: ServerKind, isHere: boolean, title: string, body: () => void): void {
  if (isHere) describe(title, body);
  else if (process.env.REQUIRE_SERVICES === '1')
    describe(title, () => {
      test(`needs ${kind}`, () => {
        throw new Error(`${kind} is not here, and REQUIRE_SERVICES=1 forbids to skip`);
      });
    });
  else describe.skip(`${title} [skipped: ${kind} is not here]`, body);
}
