// Made from /proto by `node packages/rpc/src/codegen/main.ts`. Do not edit.
import type { BidiMethod } from '../method-types.ts';

export interface Session {
  readonly Open: BidiMethod<FrameInit, Frame, FrameInit, Frame>;
}

export interface Frame {
  readonly entries: Buffer;
}
export interface FrameInit {
  readonly entries?: Uint8Array | undefined;
}
