/** Loaded into a process that is measured: at SIGUSR2 it writes what happened since the last one to the file that NS_PROBE names. */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const path = process.env.NS_PROBE ?? '';
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
/** With NS_PROBE_GC what counts is what is in use, not what waits to be collected. */
const collect = process.env.NS_PROBE_GC === '1' ? exposeCollector() : () => undefined;
let mostRss = 0;
let mostBuffers = 0;
setInterval(() => {
  collect();
  collect();
  const { rss, arrayBuffers } = process.memoryUsage();
  mostRss = Math.max(mostRss, rss);
  mostBuffers = Math.max(mostBuffers, arrayBuffers);
}, 5).unref();

process.on('SIGUSR2', () => {
  const { user, system } = process.cpuUsage();
  const report = {
    delayP99Ms: delay.percentile(99) / 1e6,
    delayMaxMs: delay.max / 1e6,
    mostRss,
    mostBuffers,
    cpuMs: (user + system) / 1000,
  };
  writeFileSync(`${path}.new`, JSON.stringify(report));
  renameSync(`${path}.new`, path);
  delay.reset();
  mostRss = 0;
  mostBuffers = 0;
});

function exposeCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
