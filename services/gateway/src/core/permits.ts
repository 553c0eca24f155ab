/** Lets at most `max` holders work at once; the others wait in line. */
export class Permits {
  readonly #waiters: (() => void)[] = [];
  #free: number;

  constructor(max: number) {
    this.#free = max;
  }

  async use<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiters.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiters.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
