import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OpsHandler } from '@needlestack/service-kit';
import type { Clock } from '../core/ports.ts';
import type { Replication } from '../core/replicate-needle.ts';
import type { ServerState } from '../core/server-state.ts';
import type { VolumeRegistry } from '../core/volume-registry.ts';
import type { HttpAccess } from './authorize-request.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { NeedlePath } from './needle-path.ts';

/** What the handlers of the HTTP port work with. */
export interface HttpContext {
  readonly registry: VolumeRegistry;
  readonly replication: Replication;
  readonly state: ServerState;
  readonly clock: Clock;
  readonly access: HttpAccess;
  readonly ops: OpsHandler;
  readonly version: string;
  readonly fileSizeBytesMax: number;
  readonly uploads: ByteBudget;
  readonly nextRequestId: () => string;
  readonly onAnswered: (method: string, status: number, seconds: number) => void;
  readonly onFault: (error: unknown, path: string) => void;
}

/** One request to a needle. */
export interface NeedleExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: NeedlePath;
  /** The last element of the path as it came. */
  readonly lastPathPart: string;
  readonly query: URLSearchParams;
}
