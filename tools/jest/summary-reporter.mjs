// The last lines of a run: what was skipped and why, then `N passed, N failed`. Written at exit, so that no other
// reporter can print after them.
import { writeSync } from 'node:fs';

const SKIP_NOTE = /\[skipped: (.+?)\]/;

export default class SummaryReporter {
  onRunComplete(_contexts, results) {
    const skippedByReason = new Map();
    let unloadable = 0;
    for (const file of results.testResults) {
      if (file.testExecError !== undefined && file.testExecError !== null) unloadable += 1;
      for (const test of file.testResults) {
        if (test.status !== 'pending' && test.status !== 'todo' && test.status !== 'skipped') continue;
        const reason = SKIP_NOTE.exec(test.fullName)?.[1] ?? 'no reason given';
        skippedByReason.set(reason, (skippedByReason.get(reason) ?? 0) + 1);
      }
    }
    const lines = [''];
    if (skippedByReason.size > 0) {
      lines.push('Skipped:');
      for (const [reason, count] of [...skippedByReason].sort()) lines.push(`  ${count} tests: ${reason}`);
    }
    lines.push('', `${results.numPassedTests} passed, ${results.numFailedTests + unloadable} failed`, '');
    process.once('exit', () => writeSync(1, lines.join('\n')));
  }
}
