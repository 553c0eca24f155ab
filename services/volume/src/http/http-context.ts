import type { OpsHandler, Readiness } from '@needlestack/service-kit';
import type { ReadPeers } from '../core/needles/read-ports.ts';
import type { Replication } from '../core/needles/replicate-needle.ts';
import type { Clock } from '../core/ports.ts';
import type { ServerCounters } from '../core/server-counters.ts';
import type { ServerState } from '../core/server-state.ts';
import type { EncodedNeedles } from '../core/shards/encoded-needles.ts';
import type { VolumeRegistry } from '../core/volume/volume-registry.ts';
import type { HttpAccess } from './admission/authorize-request.ts';
import type { ByteBudget } from './admission/byte-budget.ts';
import type { TransferLimit } from './admission/transfer-limit.ts';

/** What becomes of a read for a volume that is not here. */
export type ReadMode = 'local' | 'proxy' | 'redirect';

/** What the handlers of the HTTP ports work with. */
export interface HttpContext {
  readonly registry: VolumeRegistry;
  /** Needles of volumes in shards; undefined on a server without any. */
  readonly ecNeedles: EncodedNeedles | undefined;
  readonly replication: Replication;
  /** Other servers, for what is not here. */
  readonly peers: ReadPeers;
  readonly readMode: ReadMode;
  readonly state: ServerState;
  readonly readiness: Pick<Readiness, 'isStopping'>;
  readonly clock: Clock;
  /** At least 0 and below 1. */
  readonly random: () => number;
  readonly access: HttpAccess;
  readonly ops: OpsHandler;
  readonly version: string;
  /** The `Server` header. */
  readonly serverName: string;
  /** Whether clients speak TLS with the servers of this cluster. */
  readonly isTls: boolean;
  readonly fileSizeBytesMax: number;
  /** Turns JPEG pictures upright when they are uploaded. */
  readonly fixesJpegOrientation: boolean;
  /** Memory of request bodies. */
  readonly uploads: ByteBudget;
  /** What the operator allows to be under way; undefined for no bound. */
  readonly uploadLimit: TransferLimit | undefined;
  readonly downloads: TransferLimit | undefined;
  readonly nextRequestId: () => string;
  readonly counters: Pick<ServerCounters, 'handled'>;
  readonly onBegun: (method: string) => void;
  readonly onAnswered: (method: string, status: number, seconds: number) => void;
  readonly onFault: (error: unknown, path: string) => void;
}
