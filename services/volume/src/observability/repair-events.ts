import type { Logger, MetricsRegistry } from '@needlestack/service-kit';
import type { MendReport, RepairEvents } from '../core/repair/repair-ports.ts';

/** What is logged and counted of repairs of copies. */
export function createRepairEvents(logger: Logger, metrics: MetricsRegistry): RepairEvents {
  const mended = metrics.counter({
    name: 'volume_needles_mended_total',
    help: 'Needles in which the copy here was brought in line with another one, by what was done',
    labelNames: ['action'],
  });
  const replaced = metrics.counter({
    name: 'volume_copies_replaced_total',
    help: 'Damaged volumes that were fetched anew from another holder',
  })();
  const compared = metrics.counter({
    name: 'volume_copies_compared_total',
    help: 'Comparisons of a volume with its other copies, by outcome',
    labelNames: ['outcome'],
  });
  const undecided = new Map<number, number>();
  metrics.gauge(
    {
      name: 'volume_undecided_needles',
      help: 'Needles in which copies differ while nothing tells which one is right, as last compared',
    },
    () => [...undecided.values()].reduce((sum, count) => sum + count, 0),
  );
  return {
    needleMended: (volumeId, key, action, from) => {
      mended(action).value += 1;
      logger.info({ volumeId, key: key.toString(16), action, from }, 'needle mended from another copy');
    },
    volumeReplaced: (volumeId, from, reason) => {
      replaced.value += 1;
      logger.warn({ volumeId, from, reason }, 'damaged volume fetched anew');
    },
    copiesCompared: (volumeId, report) => {
      compared(outcomeOf(report)).value += 1;
      if (report.undecided.length === 0) undecided.delete(volumeId);
      else undecided.set(volumeId, report.undecided.length);
      const { written, deleted, equal, incompleteReason } = report;
      const keys = report.undecided.slice(0, 10).map((key) => key.toString(16));
      const facts = { volumeId, written, deleted, equal, incompleteReason };
      if (keys.length > 0) logger.warn({ ...facts, undecided: report.undecided.length, keys }, 'copies differ');
      else logger.debug(facts, 'copies compared');
    },
    comparisonFailed: (volumeId, cause) => {
      compared('failed').value += 1;
      logger.warn({ volumeId, err: cause }, 'copies could not be compared');
    },
  };
}

/** `partial`: equal to those copies that can be compared with. */
function outcomeOf({ equal, isDone }: MendReport): string {
  if (equal) return 'equal';
  return isDone ? 'partial' : 'different';
}
