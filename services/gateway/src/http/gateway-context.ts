import type { ChunkObjectReader, ObjectWriter } from '@needlestack/object-io';
import type { CatalogPort, NotifyPort, SelectPort } from '@needlestack/service-contracts';
import type { Logger } from '@needlestack/service-kit';
import type { Compatibility } from '../core/compatibility.ts';
import type { Permits } from '../core/permits.ts';
import type { IdentityDirectory } from '../core/ports.ts';

/** What operations work with. One per gateway; requests change nothing in it. */
export interface GatewayContext {
  readonly catalog: CatalogPort;
  readonly writer: ObjectWriter;
  readonly reader: ChunkObjectReader;
  readonly select: SelectPort | undefined;
  readonly notify: NotifyPort | undefined;
  readonly identities: IdentityDirectory;
  readonly region: string;
  /** Where we behave as RGW-style clients expect: `context.compatibility.has('sigv2')`. */
  readonly compatibility: Compatibility;
  /** x-amz-id-2 and HostId: names this gateway in answers. */
  readonly hostId: string;
  readonly copyPermits: Permits;
  readonly nowMs: () => number;
  readonly makeRuleId: () => string;
  readonly logger: Logger;
}
