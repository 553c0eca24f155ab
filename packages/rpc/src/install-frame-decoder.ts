import streamDecoder from '@grpc/grpc-js/build/src/stream-decoder.js';
import { FrameDecoder } from './frame-decoder.ts';

/** Has the library decode with ours from now on, in clients and servers. It has no setting for that; its version is fixed, and a test looks. */
export const installFrameDecoder = (): void => {
  Object.assign(streamDecoder, { StreamDecoder: FrameDecoder });
};
