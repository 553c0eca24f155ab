/** The client's side of aws-chunked: framing, signatures, trailers. */
import { hash } from 'node:crypto';
import { chunkStringToSign, trailerStringToSign } from '../sigv4/chunk-signature.ts';
import { EMPTY_SHA256 } from '../sigv4/payload-line.ts';
import type { SignatureSeed } from '../sigv4/sign-request.ts';

export interface EncodeAwsChunkedOptions {
  /** Undefined: unsigned. */
  readonly seed: SignatureSeed | undefined;
  /** Bytes of each chunk but the last; at least 8 KiB for a store to take it. */
  readonly chunkBytes: number;
  /** Name and value of each trailer; undefined for the modes without. */
  readonly trailers: readonly (readonly [string, string])[] | undefined;
}

/** The encoded body as buffers to be written in order; data is not copied. */
export const encodeAwsChunked = (body: Buffer, options: EncodeAwsChunkedOptions): Buffer[] => {
  const { seed, chunkBytes, trailers } = options;
  const pieces: Buffer[] = [];
  let signature = seed?.signature ?? '';
  const chunkHeader = (size: number, sha256: string | undefined): Buffer => {
    if (seed === undefined || sha256 === undefined) return Buffer.from(`${size.toString(16)}\r\n`);
    signature = seed.key.sign(chunkStringToSign(seed, signature, sha256));
    return Buffer.from(`${size.toString(16)};chunk-signature=${signature}\r\n`);
  };
  for (let start = 0; start < body.length; start += chunkBytes) {
    const data = body.subarray(start, start + chunkBytes);
    pieces.push(chunkHeader(data.length, seed && hash('sha256', data, 'hex')), data, LINE_END);
  }
  pieces.push(chunkHeader(0, seed && EMPTY_SHA256));
  if (trailers !== undefined) {
    let signed = '';
    for (const [name, value] of trailers) {
      pieces.push(Buffer.from(`${name}:${value}\r\n`));
      signed += `${name}:${value}\n`;
    }
    if (seed !== undefined) {
      const digest = hash('sha256', signed, 'hex');
      const trailerSignature = seed.key.sign(trailerStringToSign(seed, signature, digest));
      pieces.push(Buffer.from(`x-amz-trailer-signature:${trailerSignature}\r\n`));
    }
  }
  pieces.push(LINE_END);
  return pieces;
};

const LINE_END = Buffer.from('\r\n');
