import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readNeedleData } from '../../src/core/read-needle.ts';
import { codeOf, newVolume, openRegistry, tempDirectory } from '../support/test-volumes.ts';

const WRITER = fileURLToPath(new URL('../support/write-until-killed.ts', import.meta.url));
const ROUNDS = 3;
const ACKNOWLEDGED_PER_ROUND = 1500;

/** Lets a server write until enough was acknowledged, then kills it. Returns the acknowledgements, in order. */
async function writeAndKill(path: string, firstKey: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [WRITER, path, String(firstKey)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    output += text;
    if (output.split('\n').length > ACKNOWLEDGED_PER_ROUND) child.kill('SIGKILL');
  });
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
  return output.split('\n').slice(0, -1);
}

test('kill -9 under load: nothing acknowledged is lost, nothing deleted comes back, the volume stays writable', async () => {
  const path = tempDirectory();
  const first = await openRegistry(path);
  await first.registry.allocate(newVolume(1));
  await first.registry.close();
  const written = new Set<number>();
  const deleted = new Set<number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const line of await writeAndKill(path, 1 + round * 1_000_000)) {
      const key = Number(line.slice(2));
      if (line.startsWith('w')) written.add(key);
      else deleted.add(key);
    }
    const { registry } = await openRegistry(path);
    const volume = registry.require(1);
    expect(volume.state).toBe('writable');
    for (const key of written) {
      const read = readNeedleData(volume, { volumeId: 1, needleKey: BigInt(key), cookie: 5 });
      if (deleted.has(key)) expect(await codeOf(read)).toBe('needle-not-found');
      // A deletion may have happened although the kill came before its acknowledgement.
      else if (key % 5 === 0) expect(['none', 'needle-not-found']).toContain(await codeOf(read));
      else expect(Buffer.compare(await read, Buffer.alloc(1 + (key % 9000), key))).toBe(0);
    }
    await registry.close();
  }
  expect(written.size).toBeGreaterThan(ROUNDS * 1000);
}, 60_000);
