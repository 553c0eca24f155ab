import type { AccessOptions } from './volume-options.ts';

/** The keys and the white list in force; an operator may change them while the server runs. */
export class AccessRules {
  #current: AccessOptions;

  constructor(access: AccessOptions) {
    this.#current = access;
  }

  get current(): AccessOptions {
    return this.#current;
  }

  replace(access: AccessOptions): void {
    this.#current = access;
  }
}
