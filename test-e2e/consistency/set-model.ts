/** The keys under one prefix as a set that is listed page by page; each page is one look. */
import type { SequentialModel } from './linearizability.ts';

export type SetOperation =
  | { readonly kind: 'add' | 'remove'; readonly key: string }
  /** Up to `maxKeys` keys behind `after`, in order. Undefined: no answer. */
  | { readonly kind: 'list'; readonly after: string; readonly maxKeys: number; readonly page?: SetPage };

export interface SetPage {
  readonly keys: readonly string[];
  readonly isTruncated: boolean;
}

/** Keys of ASCII, so that their order is that of their bytes. */
export const setModel: SequentialModel<readonly string[], SetOperation> = {
  initial: [],
  describe: (state) => state.join(),
  step: (state, operation) => {
    if (operation.kind === 'list') {
      if (operation.page === undefined) return state;
      const behind = state.filter((key) => key > operation.after);
      const { keys, isTruncated } = operation.page;
      const isSeen =
        isTruncated === behind.length > operation.maxKeys && keys.join() === behind.slice(0, operation.maxKeys).join();
      return isSeen ? state : undefined;
    }
    const others = state.filter((key) => key !== operation.key);
    return operation.kind === 'add' ? [...others, operation.key].sort() : others;
  },
};
