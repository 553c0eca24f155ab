/** Loaded into a process that is measured: at SIGUSR2 it writes what happened since the last one to the file that NS_PROBE names. */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MemoryWatch } from './memory-watch.ts';
import { WorkWatch } from './work-watch.ts';

const path = process.env.NS_PROBE ?? '';
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
/** With NS_PROBE_GC what counts is what is in use, not what waits to be collected. */
const watch = new MemoryWatch(process.env.NS_PROBE_GC === '1' ? exposeCollector() : undefined);
// Looking costs a little, too much where latencies are measured.
if (process.env.NS_PROBE_MEMORY === '0') watch.stop();
const work = new WorkWatch();

process.on('SIGUSR2', () => {
  const { user, system } = process.cpuUsage();
  const report = {
    ...watch.report(),
    ...work.report(),
    delayP99Ms: delay.percentile(99) / 1e6,
    delayMaxMs: delay.max / 1e6,
    cpuMs: (user + system) / 1000,
  };
  writeFileSync(`${path}.new`, JSON.stringify(report));
  renameSync(`${path}.new`, path);
  delay.reset();
});

function exposeCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
