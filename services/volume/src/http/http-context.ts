import type { OpsHandler } from '@needlestack/service-kit';
import type { Clock } from '../core/ports.ts';
import type { Replication } from '../core/replicate-needle.ts';
import type { ServerState } from '../core/server-state.ts';
import type { VolumeRegistry } from '../core/volume-registry.ts';
import type { HttpAccess } from './authorize-request.ts';
import type { ByteBudget } from './byte-budget.ts';

/** What the handlers of the HTTP port work with. */
export interface HttpContext {
  readonly registry: VolumeRegistry;
  readonly replication: Replication;
  readonly state: ServerState;
  readonly clock: Clock;
  readonly access: HttpAccess;
  readonly ops: OpsHandler;
  readonly version: string;
  /** The `Server` header. */
  readonly serverName: string;
  readonly fileSizeBytesMax: number;
  readonly uploads: ByteBudget;
  readonly nextRequestId: () => string;
  readonly onAnswered: (method: string, status: number, seconds: number) => void;
  readonly onFault: (error: unknown, path: string) => void;
}
