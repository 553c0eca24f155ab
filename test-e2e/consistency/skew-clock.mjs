// Loaded before all else into a process of a test (`--import`): its clock is wrong by TEST_CLOCK_OFFSET_MS. Timers and the monotonic clock
// stay right, as on a machine whose clock was set wrong.
const offsetMs = Number(process.env.TEST_CLOCK_OFFSET_MS ?? 0);
const RealDate = Date;
const nowMs = () => RealDate.now() + offsetMs;

globalThis.Date = class SkewedDate extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(nowMs());
    else super(...given);
  }

  static now() {
    return nowMs();
  }
};
