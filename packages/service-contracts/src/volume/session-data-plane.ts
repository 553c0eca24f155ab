import { type ChannelSecurity, RpcError, SessionClient } from '@needlestack/rpc';
import type { NeedleId, ReadNeedleRequest, VolumeDataPlane, WriteNeedleRequest, WrittenNeedle } from '../volume-api.ts';
import { VOLUME_ERROR_CODES, VolumeError, type VolumeErrorCode } from '../volume-error.ts';
import { DELETE_NEEDLES, READ_NEEDLE, WRITE_NEEDLE } from './volume-session.ts';

function isVolumeErrorCode(reason: string): reason is VolumeErrorCode {
  return (VOLUME_ERROR_CODES as readonly string[]).includes(reason);
}

/** What a failed call means to whoever asked for bytes: the server's own code, or that it could not be reached. */
export function toVolumeError(error: unknown): unknown {
  if (!(error instanceof RpcError)) return error;
  if (isVolumeErrorCode(error.reason)) return new VolumeError(error.reason, error.message, { cause: error });
  if (error.code === 'resource-exhausted') return new VolumeError('overloaded', error.message, { cause: error });
  if (error.code === 'internal') return new VolumeError('io-error', error.message, { cause: error });
  return new VolumeError('unreachable', error.message, { cause: error });
}

/** The data plane of a volume server in another process, over one multiplexed session. */
export class SessionDataPlane implements VolumeDataPlane {
  readonly #session: SessionClient;

  constructor(options: ChannelSecurity & { readonly address: string }) {
    this.#session = new SessionClient(options);
  }

  async writeNeedle(request: WriteNeedleRequest, signal?: AbortSignal): Promise<WrittenNeedle> {
    try {
      return await this.#session.call(WRITE_NEEDLE, request, signal === undefined ? {} : { signal });
    } catch (error) {
      throw toVolumeError(error);
    }
  }

  async readNeedle(request: ReadNeedleRequest, signal?: AbortSignal): Promise<Uint8Array> {
    try {
      return await this.#session.call(READ_NEEDLE, request, signal === undefined ? {} : { signal });
    } catch (error) {
      throw toVolumeError(error);
    }
  }

  async deleteNeedles(ids: readonly NeedleId[], signal?: AbortSignal): Promise<number> {
    try {
      return await this.#session.call(DELETE_NEEDLES, ids, signal === undefined ? {} : { signal });
    } catch (error) {
      throw toVolumeError(error);
    }
  }

  close(): void {
    this.#session.close();
  }
}
