import { formatFileId } from '@needlestack/needle-format';
import type { Orphan, OrphanFindings } from './find-orphans.ts';

/** What became of the orphans; undefined in a dry run. */
export interface Removal {
  readonly removed: number;
  /** Handed over, and still there when the time to wait was over. */
  readonly waiting: number;
  /** Found, but named by the time that they were to be removed. */
  readonly named: number;
}

const fileIdOf = ({ volumeId, needleKey, cookie }: Orphan): string =>
  formatFileId({ volumeId, key: needleKey, cookie });

const bytesOf = (orphans: readonly Orphan[]): number => orphans.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

/** A line for each orphan, and what was looked at. */
export function renderText(findings: OrphanFindings, removal: Removal | undefined): string {
  const { orphans, failures } = findings;
  const lines = orphans.map(
    (orphan) => `${fileIdOf(orphan)}  ${orphan.sizeBytes}  ${new Date(orphan.modifiedAtMs).toISOString()}`,
  );
  for (const failure of failures) lines.push(`not looked at: ${failure}`);
  lines.push(
    `${findings.needles} needles in ${findings.volumes} volumes; rows of the catalog name ${findings.names}`,
    `${orphans.length} orphans of ${bytesOf(orphans)} bytes; without a name but too young: ${findings.young}; gone meanwhile: ${findings.gone}`,
  );
  if (removal !== undefined)
    lines.push(
      `${removal.removed} removed; handed to the garbage collector and still there: ${removal.waiting}; named again: ${removal.named}`,
    );
  else if (orphans.length > 0) lines.push('Nothing was removed: -apply removes them.');
  return `${lines.join('\n')}\n`;
}

export function renderJson(findings: OrphanFindings, removal: Removal | undefined): string {
  const { orphans, ...counts } = findings;
  const document = {
    ...counts,
    orphanBytes: bytesOf(orphans),
    orphans: orphans.map((orphan) => ({
      fid: fileIdOf(orphan),
      sizeBytes: orphan.sizeBytes,
      modifiedAt: new Date(orphan.modifiedAtMs).toISOString(),
    })),
    ...(removal === undefined ? {} : { removal }),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
