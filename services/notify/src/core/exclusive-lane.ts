/** Lets one piece of work run at a time, in the order of asking: deliveries of a lane and replays into it exclude each other. */
export class ExclusiveLane {
  #tail: Promise<void> = Promise.resolve();

  async run<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#tail;
    const done = Promise.withResolvers<void>();
    this.#tail = done.promise;
    await before;
    try {
      return await work();
    } finally {
      done.resolve();
    }
  }
}
