import type { RowWalker } from '../ordered-kv.ts';
import type { OverlayCursor } from '../write-overlay.ts';
import { boundString } from './key-string.ts';
import type { LmdbEnvironment } from './lmdb-environment.ts';

/** Shows the rows of the tables and those laid over them to `walker`, in order, as if they were all in the tables. */
export function walkMerged(
  environment: LmdbEnvironment,
  { start, end }: { readonly start: string; readonly end: string },
  overlay: OverlayCursor,
  walker: RowWalker,
): void {
  let isOver = false;
  /** Rows before it are not shown. */
  let passedTo = start;
  let passedToKey: Uint8Array = Buffer.alloc(0);
  const show = (key: Buffer, value: Buffer): void => {
    const step = walker(key, value);
    if (step === true) return;
    isOver = step === false;
    if (step === false) return;
    passedTo = boundString(step);
    passedToKey = step;
    overlay.seek(passedTo);
  };
  /** Also the row that lies over this one; true when there is one. */
  const showOverlayUpTo = (name: string | undefined): boolean => {
    for (let { row } = overlay; row !== undefined && !isOver; { row } = overlay) {
      if (name !== undefined && row.key > name) break;
      overlay.advance();
      if (row.value !== null) show(Buffer.from(row.key, 'latin1'), Buffer.from(row.value));
      if (row.key === name) return true;
    }
    return false;
  };
  environment.walk(start, end, (key, value) => {
    const name = boundString(key);
    const isHidden = showOverlayUpTo(name);
    if (!isHidden && !isOver && name >= passedTo) show(key, value);
    if (isOver) return false;
    return passedTo > name ? passedToKey : true;
  });
  if (!isOver) showOverlayUpTo(undefined);
}
