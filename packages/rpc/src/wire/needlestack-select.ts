// Made from /proto by `node packages/rpc/src/codegen/main.ts`. Do not edit.
import type { ServerStreamMethod } from '../method-types.ts';

export interface Select {
  readonly Select: ServerStreamMethod<SelectRequestInit, SelectRequest, SelectFrameInit, SelectFrame>;
}

export interface SelectRequest {
  readonly object: ReadableObject | null;
  readonly expression: string;
  readonly expression_type: string;
  readonly input_serialization: SelectDocument | null;
  readonly output_serialization: SelectDocument | null;
  readonly request_progress_enabled: boolean;
  readonly scan_range: ScanRange | null;
  readonly principal_id: string;
}
export interface SelectRequestInit {
  readonly object?: ReadableObjectInit | undefined;
  readonly expression?: string | undefined;
  readonly expression_type?: string | undefined;
  readonly input_serialization?: SelectDocumentInit | undefined;
  readonly output_serialization?: SelectDocumentInit | undefined;
  readonly request_progress_enabled?: boolean | undefined;
  readonly scan_range?: ScanRangeInit | undefined;
  readonly principal_id?: string | undefined;
}

export interface ReadableObject {
  readonly size_bytes: string;
  readonly chunks: readonly Chunk[];
  readonly inline_data?: Buffer;
  readonly data_keys: readonly Buffer[];
}
export interface ReadableObjectInit {
  readonly size_bytes?: string | number | bigint | undefined;
  readonly chunks?: readonly ChunkInit[] | undefined;
  readonly inline_data?: Uint8Array | undefined;
  readonly data_keys?: readonly Uint8Array[] | undefined;
}

export interface Chunk {
  readonly volume_id: number;
  readonly needle_key: string;
  readonly cookie: number;
  readonly size_bytes: string;
  readonly crc32c: number;
}
export interface ChunkInit {
  readonly volume_id?: number | undefined;
  readonly needle_key?: string | number | bigint | undefined;
  readonly cookie?: number | undefined;
  readonly size_bytes?: string | number | bigint | undefined;
  readonly crc32c?: number | undefined;
}

export interface SelectDocument {
  readonly elements: Readonly<Record<string, SelectElement>>;
}
export interface SelectDocumentInit {
  readonly elements?: Readonly<Record<string, SelectElementInit>> | undefined;
}

export interface SelectElement {
  readonly text?: string;
  readonly document?: SelectDocument;
  readonly content?: 'text' | 'document';
}
export interface SelectElementInit {
  readonly text?: string | undefined;
  readonly document?: SelectDocumentInit | undefined;
}

export interface ScanRange {
  readonly start?: string;
  readonly end?: string;
}
export interface ScanRangeInit {
  readonly start?: string | undefined;
  readonly end?: string | undefined;
}

export interface SelectFrame {
  readonly frame: Buffer;
}
export interface SelectFrameInit {
  readonly frame?: Uint8Array | undefined;
}
