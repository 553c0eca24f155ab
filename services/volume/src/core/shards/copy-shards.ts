import { decodeJournal, shardExtension } from '@needlestack/erasure-coding';
import type { VolumeFileName } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type { EcContext } from './ec-context.ts';
import type { ShardArrival } from './ec-ports.ts';

export interface CopyShardsRequest {
  readonly name: VolumeFileName;
  /** `host:port.grpcPort` */
  readonly source: string;
  readonly shardIds: readonly number[];
  readonly withIndex: boolean;
  readonly withJournal: boolean;
  readonly withInfo: boolean;
  readonly withChecksums: boolean;
  /** 0 lets this server choose. */
  readonly diskId: number;
  /** The disk to choose when there is room on it. */
  readonly preferredDiskId?: number;
  readonly bytesPerSecond: number;
}

/** The source's file as it is, whatever its compaction revision, to its end. */
const ANY_REVISION = 0xffffffff;
const TO_THE_END = Number.MAX_SAFE_INTEGER;

/**
 * Fetches shards and the files beside them from another server. They are not mounted. A journal is added to the one that is here.
 * @throws VolumeError `invalid-argument` (no such disk, an empty index, shards of another encoding), `no-space`, `unreachable`
 */
export async function copyShards(context: EcContext, request: CopyShardsRequest, signal: AbortSignal): Promise<void> {
  const { shards } = context;
  const { name, diskId } = request;
  const preferredDiskId = request.preferredDiskId ?? shards.get(name.volumeId)?.diskIds[0];
  await shards.inTurn(name.volumeId, async () => {
    const arrival = await shards.store.startArrival(name, diskId, preferredDiskId);
    try {
      const fetched = new ShardFetch(context, request, arrival, signal);
      await fetched.run();
      await arrival.commit();
      const ids = fetched.deletedIds;
      if (ids.length > 0) await shards.get(name.volumeId)?.shared.journal.append(ids);
    } catch (error) {
      await arrival.discard();
      throw error;
    }
  });
}

class ShardFetch {
  readonly #context: EcContext;
  readonly #request: CopyShardsRequest;
  readonly #arrival: ShardArrival;
  readonly #signal: AbortSignal;
  /** Deletions that the source's journal holds, for shards that are mounted here. */
  deletedIds: readonly bigint[] = [];

  constructor(context: EcContext, request: CopyShardsRequest, arrival: ShardArrival, signal: AbortSignal) {
    this.#context = context;
    this.#request = request;
    this.#arrival = arrival;
    this.#signal = signal;
  }

  async run(): Promise<void> {
    const { name, shardIds, withIndex, withJournal, withInfo, withChecksums } = this.#request;
    for (const shardId of shardIds) {
      if ((await this.#fetch(shardExtension(shardId), false)) === 0) {
        throw new VolumeError(
          'invalid-argument',
          `shard ${shardId} of volume ${name.volumeId} has no bytes at its source`,
        );
      }
    }
    if (withIndex && (await this.#fetch('.ecx', false)) === 0) {
      throw new VolumeError('invalid-argument', `VolumeEcShardsCopy volume ${name.volumeId}: source .ecx is 0 bytes`);
    }
    if (withJournal) await this.#fetchJournal();
    if (withInfo) await this.#fetch('.vif', true);
    if (withChecksums) await this.#fetch('.ecsum', true);
  }

  /** Bytes that came. */
  async #fetch(extension: string, optional: boolean): Promise<number> {
    let lengthBytes = 0;
    for await (const bytes of this.#stream(extension, optional)) {
      await this.#arrival.append(extension, bytes);
      lengthBytes += bytes.length;
    }
    return lengthBytes;
  }

  /** Where shards are mounted their journal is open, and takes the deletions itself. */
  async #fetchJournal(): Promise<void> {
    if (this.#context.shards.get(this.#request.name.volumeId) === undefined) {
      await this.#fetch('.ecj', true);
      return;
    }
    const parts: Buffer[] = [];
    for await (const bytes of this.#stream('.ecj', true)) parts.push(bytes);
    this.deletedIds = [...decodeJournal(Buffer.concat(parts))];
  }

  async *#stream(extension: string, optional: boolean): AsyncGenerator<Buffer> {
    const { name, source, bytesPerSecond } = this.#request;
    const pacer = this.#context.pacer(bytesPerSecond);
    const request = {
      ...name,
      extension,
      compactionRevision: ANY_REVISION,
      stopBytes: TO_THE_END,
      optional,
      isShardFile: true,
    };
    for await (const bytes of this.#context.sources.copyFile(source, request, this.#signal)) {
      await pacer.pass(bytes.length, this.#signal);
      yield bytes;
    }
  }
}
