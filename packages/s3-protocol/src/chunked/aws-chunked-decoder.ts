/**
 * Push parser of `aws-chunked` bodies (s3.md rules 17-20).
 *
 *   hex-size [;chunk-signature=64hex] CRLF data CRLF ... 0 [;chunk-signature=64hex] CRLF
 *   name:value CRLF ...  [x-amz-trailer-signature:64hex CRLF]  CRLF
 *
 * Data is handed on as slices of the pushed buffers, before its signature is known: whoever takes it must not commit before
 * `finish` has returned. Trailer lines may end in a bare line feed.
 */
import { createHash, type Hash, hash } from 'node:crypto';
import { S3Error } from '../error/s3-error.ts';
import { MAX_CHUNK_LINE_BYTES, MAX_TRAILER_BYTES, MIN_AWS_CHUNK_BYTES } from '../limits.ts';
import { chunkStringToSign, trailerStringToSign } from '../sigv4/chunk-signature.ts';
import { EMPTY_SHA256 } from '../sigv4/payload-line.ts';
import type { ProvenSignature } from '../sigv4/verify-signature.ts';

export interface AwsChunkedOptions {
  /** x-amz-decoded-content-length. */
  readonly decodedLengthBytes: number;
  /** The request's own signature, which the first chunk continues; undefined in unsigned mode. */
  readonly seed: ProvenSignature | undefined;
  /** Whether the mode's name ends in -TRAILER. */
  readonly hasTrailer: boolean;
  /** Names from x-amz-trailer, in lower case. */
  readonly declaredTrailers: readonly string[];
  /** Takes the decoded bytes, in order. The slice shares memory with the pushed buffer. */
  readonly onData: (data: Buffer) => void;
}

type State = 'chunk-line' | 'data' | 'data-end' | 'trailer-line' | 'done';

const CR = 0x0d;
const LF = 0x0a;
const TRAILER_SIGNATURE = 'x-amz-trailer-signature';

const incompleteBody = (message: string): S3Error => new S3Error('IncompleteBody', { message });

/** The signature of chunk or trailer is not the one that this body must have. */
const chunkMismatch = (): S3Error => new S3Error('SignatureDoesNotMatch');

export class AwsChunkedDecoder {
  readonly #options: AwsChunkedOptions;
  readonly #trailers = new Map<string, string>();
  #state: State = 'chunk-line';
  /** A line whose end has not arrived yet. */
  #partialLine = '';
  #chunkIndex = 0;
  #chunkRest = 0;
  #chunkSignature = '';
  #chunkHash: Hash | undefined;
  /** What the whole chunk in one slice hashed to. */
  #chunkDigest = EMPTY_SHA256;
  #hadShortChunk = false;
  #previousSignature: string;
  #decodedBytes = 0;
  #trailerBytes = 0;
  #trailerText = '';
  #isTrailerSigned = false;

  constructor(options: AwsChunkedOptions) {
    this.#options = options;
    this.#previousSignature = options.seed?.signature ?? '';
  }

  /** Trailers received, by lower-case name; complete after `finish`. The trailer's own signature is not among them. */
  get trailers(): ReadonlyMap<string, string> {
    return this.#trailers;
  }

  /**
   * Takes the next bytes of the body.
   *
   * @throws S3Error `IncompleteBody` (framing, length), `InvalidChunkSizeError`, `SignatureDoesNotMatch`, `MalformedTrailerError`
   */
  push(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      switch (this.#state) {
        case 'data':
          at = this.#takeData(bytes, at);
          break;
        case 'chunk-line':
        case 'data-end':
        case 'trailer-line':
          at = this.#takeLine(bytes, at);
          break;
        case 'done':
          requireOnlyLineEnds(bytes, at);
          return;
      }
    }
  }

  /**
   * The body has ended.
   *
   * @throws S3Error `IncompleteBody` when it ended early or its length is not the declared one, `MalformedTrailerError`
   */
  finish(): void {
    const { decodedLengthBytes, declaredTrailers, hasTrailer, seed } = this.#options;
    if (this.#state === 'trailer-line' && this.#partialLine === '') this.#endTrailer();
    if (this.#state !== 'done') throw incompleteBody('The request body terminated unexpectedly');
    if (this.#decodedBytes !== decodedLengthBytes) throw this.#wrongLength();
    if (!hasTrailer) return;
    for (const name of declaredTrailers) {
      if (!this.#trailers.has(name)) {
        throw new S3Error('MalformedTrailerError', { message: `The declared trailer ${name} was not sent` });
      }
    }
    if (seed !== undefined && !this.#isTrailerSigned) {
      throw new S3Error('MalformedTrailerError', { message: `The trailer ${TRAILER_SIGNATURE} was not sent` });
    }
  }

  #takeData(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#chunkRest);
    const data = at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end);
    if (this.#options.seed !== undefined) this.#hashData(data);
    this.#chunkRest -= data.length;
    this.#decodedBytes += data.length;
    if (this.#chunkRest === 0) this.#endData();
    this.#options.onData(data);
    return end;
  }

  #hashData(data: Buffer): void {
    if (this.#chunkHash === undefined && data.length === this.#chunkRest) {
      this.#chunkDigest = hash('sha256', data, 'hex');
      return;
    }
    this.#chunkHash ??= createHash('sha256');
    this.#chunkHash.update(data);
  }

  #endData(): void {
    this.#verifyChunk();
    this.#state = 'data-end';
  }

  #verifyChunk(): void {
    const { seed } = this.#options;
    if (seed === undefined) return;
    const digest = this.#chunkHash === undefined ? this.#chunkDigest : this.#chunkHash.digest('hex');
    this.#chunkHash = undefined;
    this.#chunkDigest = EMPTY_SHA256;
    const stringToSign = chunkStringToSign(seed, this.#previousSignature, digest);
    if (!seed.key.proves(stringToSign, this.#chunkSignature)) throw chunkMismatch();
    this.#previousSignature = this.#chunkSignature;
  }

  /** Finds the end of a line from `at`; takes the line when it is complete. */
  #takeLine(bytes: Buffer, at: number): number {
    const lineFeed = bytes.indexOf(LF, at);
    const end = lineFeed < 0 ? bytes.length : lineFeed;
    const limit = this.#state === 'trailer-line' ? MAX_TRAILER_BYTES : MAX_CHUNK_LINE_BYTES;
    if (this.#partialLine.length + end - at > limit) throw incompleteBody('A line of the chunked body is too long');
    const text = this.#partialLine + bytes.toString('latin1', at, end);
    if (lineFeed < 0) {
      this.#partialLine = text;
      return end;
    }
    this.#partialLine = '';
    const endsInCr = text.charCodeAt(text.length - 1) === CR;
    // Only trailers may end in a bare line feed: elsewhere it would hide that a chunk's size is off by one.
    if (!endsInCr && this.#state !== 'trailer-line') throw incompleteBody('A line of the chunked body lacks its CR');
    this.#useLine(endsInCr ? text.slice(0, -1) : text);
    return end + 1;
  }

  #useLine(line: string): void {
    if (this.#state === 'chunk-line') {
      this.#startChunk(line);
    } else if (this.#state === 'data-end') {
      if (line !== '') throw incompleteBody('A chunk is longer than its header says');
      this.#state = 'chunk-line';
    } else {
      this.#takeTrailer(line);
    }
  }

  #startChunk(line: string): void {
    const size = parseChunkSize(line);
    if (this.#options.seed !== undefined) this.#chunkSignature = parseChunkSignature(line);
    if (size === 0) {
      this.#verifyChunk();
      this.#state = 'trailer-line';
      return;
    }
    if (this.#hadShortChunk) {
      throw new S3Error('InvalidChunkSizeError', {
        details: { Chunk: String(this.#chunkIndex + 1), BadChunkSize: String(size) },
      });
    }
    this.#chunkIndex++;
    this.#hadShortChunk = size < MIN_AWS_CHUNK_BYTES;
    if (this.#decodedBytes + size > this.#options.decodedLengthBytes) {
      this.#decodedBytes += size;
      throw this.#wrongLength();
    }
    this.#chunkRest = size;
    this.#state = 'data';
  }

  #takeTrailer(line: string): void {
    if (line === '') {
      // Some clients end each trailer line twice; in signed mode the signature is still to come then.
      const awaitsSignature = this.#options.hasTrailer && this.#options.seed !== undefined && !this.#isTrailerSigned;
      if (!awaitsSignature) this.#endTrailer();
      return;
    }
    this.#trailerBytes += line.length;
    if (this.#trailerBytes > MAX_TRAILER_BYTES) throw malformedTrailer('The trailer is too long');
    const colon = line.indexOf(':');
    if (colon <= 0) throw malformedTrailer('A trailer line has no name');
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === TRAILER_SIGNATURE) this.#verifyTrailer(value);
    else this.#addTrailer(name, value);
  }

  #addTrailer(name: string, value: string): void {
    if (!this.#options.hasTrailer || !this.#options.declaredTrailers.includes(name)) {
      throw malformedTrailer(`The trailer ${name} was not declared in x-amz-trailer`);
    }
    if (this.#isTrailerSigned) throw malformedTrailer(`The trailer ${name} follows the signature`);
    if (this.#trailers.has(name)) throw malformedTrailer(`The trailer ${name} was sent twice`);
    this.#trailers.set(name, value);
    this.#trailerText += `${name}:${value}\n`;
  }

  #verifyTrailer(signature: string): void {
    const { seed, hasTrailer } = this.#options;
    if (!hasTrailer) throw malformedTrailer('A trailer was sent that was not announced');
    if (seed === undefined) return;
    const digest = hash('sha256', this.#trailerText, 'hex');
    const stringToSign = trailerStringToSign(seed, this.#previousSignature, digest);
    if (!seed.key.proves(stringToSign, withoutPadding(signature))) throw chunkMismatch();
    this.#isTrailerSigned = true;
  }

  #endTrailer(): void {
    this.#state = 'done';
  }

  #wrongLength(): S3Error {
    return new S3Error('IncompleteBody', {
      details: {
        NumberBytesExpected: String(this.#options.decodedLengthBytes),
        NumberBytesProvided: String(this.#decodedBytes),
      },
    });
  }
}

const malformedTrailer = (message: string): S3Error => new S3Error('MalformedTrailerError', { message });

const CHUNK_SIZE = /^([0-9a-fA-F]{1,13})(?:[ \t]*;|$)/;

const parseChunkSize = (line: string): number => {
  const match = CHUNK_SIZE.exec(line);
  if (match === null) throw incompleteBody('A chunk header of the body is not well-formed');
  return Number.parseInt(match[1] ?? '', 16);
};

const SIGNATURE_EXTENSION = ';chunk-signature=';

const parseChunkSignature = (line: string): string => {
  const at = line.indexOf(SIGNATURE_EXTENSION);
  if (at < 0) throw chunkMismatch();
  const start = at + SIGNATURE_EXTENSION.length;
  const end = line.indexOf(';', start);
  return withoutPadding(line.slice(start, end < 0 ? undefined : end).trim());
};

/** Signatures of SigV4A differ in length; clients fill them up with `*` to know the length of a body beforehand. */
const withoutPadding = (signature: string): string => {
  const star = signature.indexOf('*');
  return star < 0 ? signature : signature.slice(0, star);
};

const requireOnlyLineEnds = (bytes: Buffer, start: number): void => {
  for (let at = start; at < bytes.length; at++) {
    if (bytes[at] !== CR && bytes[at] !== LF) throw incompleteBody('Bytes follow the end of the chunked body');
  }
};
