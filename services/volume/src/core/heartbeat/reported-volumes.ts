import type { VolumeReport } from './build-heartbeat.ts';
import { digestVolumeReport } from './digest-volume-report.ts';

/** What a beat says about the volumes of this server. */
export interface VolumeNews {
  /** True when `changed` is every volume. */
  readonly isWhole: boolean;
  readonly changed: readonly VolumeReport[];
  /** Reported before and not here any more; named only when the list is not whole. */
  readonly departed: readonly VolumeReport[];
  readonly digest: bigint;
}

/**
 * What one master was told of the volumes, so that a beat can be short. A master that keeps no digests is told everything each time.
 * One object a connection: the next master knows nothing.
 */
export class ReportedVolumes {
  readonly #told = new Map<number, { readonly report: VolumeReport; readonly text: string; readonly digest: bigint }>();
  #keepsDigests = false;
  #wantsAll = true;

  /** The master compares digests: from now on changes are enough. */
  acceptChanges(): void {
    this.#keepsDigests = true;
  }

  /** The master's digest differs: the next beat says everything. */
  requestAll(): void {
    this.#wantsAll = true;
  }

  next(reports: readonly VolumeReport[]): VolumeNews {
    const isWhole = this.#wantsAll || !this.#keepsDigests;
    this.#wantsAll = false;
    const changed: VolumeReport[] = [];
    const departed = new Map([...this.#told].map(([volumeId, { report }]) => [volumeId, report]));
    let digest = 0n;
    for (const report of reports) {
      departed.delete(report.volumeId);
      const text = JSON.stringify(report);
      let told = this.#told.get(report.volumeId);
      if (told?.text !== text) {
        told = { report, text, digest: digestVolumeReport(report) };
        this.#told.set(report.volumeId, told);
        if (!isWhole) changed.push(report);
      }
      digest ^= told.digest;
    }
    for (const volumeId of departed.keys()) this.#told.delete(volumeId);
    return isWhole
      ? { isWhole, changed: reports, departed: [], digest }
      : { isWhole, changed, departed: [...departed.values()], digest };
  }
}
