/** A needle on a round field, 50 by 50 pixels, as PNG. */
const PICTURE = Buffer.from(
  [
    'iVBORw0KGgoAAAANSUhEUgAAADIAAAAyAgMAAABjUWAiAAAACVBMVEUAAAD///8UXnQbuU0iAAAAAXRSTlMAQObYZgAAALZJREFU',
    'eNplks0RxSAIhDM5phT70YMlWIVN6DkXZp5U+eIPZDGc/EYXBPY4vsF8v+CYOQtc3AOv9PIcwD98KE/dorzSz7hBtoQim0KnlD8k',
    '59TTSJI20ghVQ2HQKtDiKLGIElKZ5Z3KesFJFJFKQvJIzTMQBaQSkaZsEXkGKkGo/8xHGczV8yMRJaGn20o60PNptBqK77C19liE',
    'm33rrAnIbsVuzG5z27R1gXWIdc/mLOu6zZEafyanIRbinfGFAAAAAElFTkSuQmCC',
  ].join(''),
  'base64',
);
const PICTURE_PIXELS = 50;

export interface StaticFile {
  readonly type: string;
  readonly data: Buffer;
}

/** Files that status pages of SeaweedFS's tools ask every volume server for. */
const FILES: ReadonlyMap<string, StaticFile> = new Map([
  ['/favicon.ico', { type: 'image/x-icon', data: iconOf(PICTURE) }],
  ['/seaweedfsstatic/seaweed50x50.png', { type: 'image/png', data: PICTURE }],
]);

/** Whether the path is one of files, be it there or not. */
export function isStaticPath(path: string): boolean {
  return path.startsWith('/seaweedfsstatic/') || FILES.has(path);
}

export function findStaticFile(path: string): StaticFile | undefined {
  return FILES.get(path);
}

/** An icon file with one picture: a directory of one entry, then the PNG. */
function iconOf(png: Buffer): Buffer {
  const head = Buffer.alloc(22);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(1, 4);
  head.writeUInt8(PICTURE_PIXELS, 6);
  head.writeUInt8(PICTURE_PIXELS, 7);
  head.writeUInt16LE(1, 10);
  head.writeUInt16LE(32, 12);
  head.writeUInt32LE(png.length, 14);
  head.writeUInt32LE(head.length, 18);
  return Buffer.concat([head, png]);
}
