import type { Cell } from '../cell.ts';
import type { S3Credentials } from './request-signer.ts';

/** What the load process is told about a server under test. */
export interface Endpoint {
  /** Names the server in messages and tells prepared objects of one server from those of another. */
  readonly name: string;
  readonly s3Url: string;
  readonly credentials: S3Credentials;
  /** Where needles are written and read; absent for stores that have none. */
  readonly volumeUrl?: string;
  /** Assigns file ids; without it the volume takes any. */
  readonly masterUrl?: string;
}

/** Parent to load process: prepare what the cell needs (untimed), or run it. */
export interface LoadOrder {
  readonly step: 'prepare' | 'run';
  readonly cell: Cell;
  readonly endpoint: Endpoint;
  readonly seconds: number;
  readonly listKeys: number;
  /** Different for each run, so that no run meets the objects of another. */
  readonly runId: string;
}

/** Latency of one kind of request. */
export interface LatencySummary {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Load process to parent: what a run did. */
export interface LoadResult {
  readonly elapsedSeconds: number;
  readonly operations: number;
  /** Objects, keys or needles: what the cell counts. */
  readonly units: number;
  readonly bytes: number;
  readonly latency: LatencySummary;
  /** Of the Complete call alone, for multipart uploads. */
  readonly completeLatency?: LatencySummary;
  /** CPU time of the load process itself. */
  readonly loadCpuSeconds: number;
}

export type LoadAnswer =
  | { readonly kind: 'prepared' }
  | { readonly kind: 'result'; readonly result: LoadResult }
  | { readonly kind: 'failed'; readonly message: string };
