import { type ChannelSecurity, createGrpcClient, type GrpcClient, loadProtos, PushQueue } from '@needlestack/rpc';
import type { HeartbeatInit, HeartbeatResponse, Seaweed } from '@needlestack/rpc/wire/master-pb';

/** One connection to one master: the heartbeat stream and the calls beside it. */
export class MasterSession {
  readonly address: string;
  readonly #client: GrpcClient<Seaweed>;
  readonly #beats = new PushQueue<HeartbeatInit>();
  readonly #abort = new AbortController();

  constructor(address: string, security: ChannelSecurity) {
    this.address = address;
    const protos = loadProtos(['master.proto']);
    this.#client = createGrpcClient<Seaweed>({ ...security, address, protos, service: 'master_pb.Seaweed' });
  }

  get call(): GrpcClient<Seaweed>['call'] {
    return this.#client.call;
  }

  /** Sends a beat. One that finds no room is dropped: the next full beat says it all again. */
  send(beat: HeartbeatInit): void {
    this.#beats.tryPush(beat);
  }

  /** The master's answers, until the stream ends or breaks. */
  answers(): AsyncIterable<HeartbeatResponse> {
    return this.#client.call.SendHeartbeat(this.#beats, { signal: this.#abort.signal });
  }

  /** Sends no more beats; the stream ends when the master has read those that were sent. */
  end(): void {
    this.#beats.end();
  }

  close(): void {
    this.#beats.end();
    this.#abort.abort();
    this.#client.close();
  }
}
