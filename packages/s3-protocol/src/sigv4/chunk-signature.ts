/** Signatures of aws-chunked bodies: each chunk signs the one before it, the trailer signs the last. */
import { EMPTY_SHA256 } from './payload-line.ts';
import type { ProvenSignature } from './verify-signature.ts';

/** @param dataSha256 hex SHA-256 of the chunk's data */
export const chunkStringToSign = (seed: ProvenSignature, previousSignature: string, dataSha256: string): string =>
  `${seed.key.algorithm}-PAYLOAD\n${seed.amzDate}\n${seed.scope}\n${previousSignature}\n${EMPTY_SHA256}\n${dataSha256}`;

/** @param trailerSha256 hex SHA-256 of the trailer's lines, each `name:value` and a line feed */
export const trailerStringToSign = (seed: ProvenSignature, previousSignature: string, trailerSha256: string): string =>
  `${seed.key.algorithm}-TRAILER\n${seed.amzDate}\n${seed.scope}\n${previousSignature}\n${trailerSha256}`;
