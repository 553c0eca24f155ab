import type { RuleLog, RuleRow } from '../../src/core/ports.ts';

/** A rule log that lasts as long as the object. */
export class MemoryRuleLog implements RuleLog {
  rows: RuleRow[] = [];
  isNew = true;

  load(): ReturnType<RuleLog['load']> {
    return Promise.resolve({ rows: this.rows, isNew: this.isNew });
  }

  append(row: RuleRow): Promise<void> {
    this.rows.push(row);
    this.isNew = false;
    return Promise.resolve();
  }

  replace(rows: readonly RuleRow[]): Promise<void> {
    this.rows = [...rows];
    this.isNew = false;
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
