/** What reads and deletions ask of other servers when what they name is not here. */

export interface PeerAnswer {
  readonly status: number;
  /** Names and values in turn, as they came. */
  readonly headers: readonly string[];
  /** Leave it and the connection is closed; read it to its end and the connection is kept. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface PeerRequest {
  readonly method: 'GET' | 'DELETE';
  /** `host:port`, as `otherHolders` names it. */
  readonly address: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

/** Other volume servers as a reader sees them. */
export interface ReadPeers {
  /**
   * HTTP addresses of the other servers that hold the volume. May answer from memory once as many as `wanted` were known.
   * @throws VolumeError `unreachable` when no master answers
   */
  otherHolders(volumeId: number, wanted: number, signal?: AbortSignal): Promise<readonly string[]>;
  /** Resolves with the head of the answer, whatever its status. @throws VolumeError `unreachable` */
  open(request: PeerRequest, signal?: AbortSignal): Promise<PeerAnswer>;
}
