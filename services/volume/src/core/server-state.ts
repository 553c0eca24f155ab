import { VolumeError } from '@needlestack/service-contracts';

/** What the operator has set for the whole server; kept over a restart. */
export interface ServerStateRecord {
  /** Refuses every changing admin call. */
  readonly maintenance: boolean;
  /** Counts changes, so that two operators do not overwrite each other. */
  readonly version: number;
}

/** Where the state is kept. */
export interface ServerStateStore {
  load(): Promise<ServerStateRecord | undefined>;
  save(record: ServerStateRecord): Promise<void>;
}

/** The server's state and whether it has left its cluster. */
export class ServerState {
  readonly #store: ServerStateStore;
  #record: ServerStateRecord;
  #left = false;

  private constructor(store: ServerStateStore, record: ServerStateRecord) {
    this.#store = store;
    this.#record = record;
  }

  static async load(store: ServerStateStore): Promise<ServerState> {
    return new ServerState(store, (await store.load()) ?? { maintenance: false, version: 0 });
  }

  get record(): ServerStateRecord {
    return this.#record;
  }

  /** True once the server was told to leave: no heartbeats, not healthy. */
  get hasLeft(): boolean {
    return this.#left;
  }

  leave(): void {
    this.#left = true;
  }

  /** @throws VolumeError `invalid-argument` when somebody else changed the state meanwhile */
  async change(wanted: ServerStateRecord): Promise<ServerStateRecord> {
    const { version } = this.#record;
    if (wanted.version !== version) {
      throw new VolumeError(
        'invalid-argument',
        `version mismatch for VolumeServerState: have ${version}, request has ${wanted.version}`,
      );
    }
    const record = { maintenance: wanted.maintenance, version: version + 1 };
    await this.#store.save(record);
    this.#record = record;
    return record;
  }
}
