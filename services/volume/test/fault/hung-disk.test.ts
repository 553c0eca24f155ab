import { type FileSystem, nodeFileSystem } from '../../src/storage/files/file-system.ts';
import { WatchedFiles } from '../../src/storage/files/watched-files.ts';
import { get, put, remove } from '../support/needles.ts';
import { codeOf, newVolume, openRegistry, tempDirectory } from '../support/test-volumes.ts';

const HUNG_AFTER_MS = 5_000;

/** The real file system, whose reads and writes can be made to wait for ever. */
class HangingFiles implements FileSystem {
  readonly #waiting: (() => void)[] = [];
  isHanging = false;

  open = nodeFileSystem.open;
  write = nodeFileSystem.write;
  readNow = nodeFileSystem.readNow;
  fdatasync = nodeFileSystem.fdatasync;
  ftruncate = nodeFileSystem.ftruncate;
  fstat = nodeFileSystem.fstat;
  close = nodeFileSystem.close;

  writev: FileSystem['writev'] = (...args) => this.#pass(() => nodeFileSystem.writev(...args));
  read: FileSystem['read'] = (...args) => this.#pass(() => nodeFileSystem.read(...args));

  answer(): void {
    this.isHanging = false;
    for (const go of this.#waiting.splice(0)) go();
  }

  #pass(go: () => void): void {
    if (this.isHanging) this.#waiting.push(go);
    else go();
  }
}

test('a call that waits too long shows that the disk hangs, further ones are refused, and it is well when all came back', async () => {
  const hanging = new HangingFiles();
  let nowMs = 1_000_000;
  const files = new WatchedFiles(hanging, () => nowMs, HUNG_AFTER_MS);
  hanging.isHanging = true;
  const answered = new Promise<string>((resolve) => {
    files.read(0, Buffer.alloc(1), 1, 0, (error) => resolve(error === null ? 'read' : 'failed'));
  });
  nowMs += HUNG_AFTER_MS - 1;
  expect(files.checkHung()).toBe(false);
  nowMs += 1_100;
  expect(files.checkHung()).toBe(true);
  const refused = await new Promise((resolve) => files.fdatasync(0, resolve));
  expect(refused).toMatchObject({ code: 'EIO' });
  // However long it takes: the clock's ring has gone round meanwhile.
  nowMs += 3_600_000;
  expect(files.checkHung()).toBe(true);
  hanging.answer();
  await answered;
  expect(files.checkHung()).toBe(false);
});

test('volumes on a hung disk refuse at once, the others go on, and all is well afterwards', async () => {
  const { registry } = await openRegistry(tempDirectory());
  const volume = await registry.allocate(newVolume(1));
  await put(volume, 1);
  const disks = await registry.store.diskStatuses();
  registry.followDisks(disks.map((disk) => ({ ...disk, problem: 'it does not answer' })));
  expect([volume.isWritable, volume.suspension]).toEqual([false, 'disk-hung']);
  expect(await codeOf(put(volume, 2))).toBe('io-error');
  registry.followDisks(disks);
  await put(volume, 2);
  await get(volume, 2);
  await registry.close();
});

test('a disk that runs full takes deletions and no writes, until there is room again', async () => {
  const { registry, events } = await openRegistry(tempDirectory());
  const volume = await registry.allocate(newVolume(1));
  await put(volume, 1);
  const disks = await registry.store.diskStatuses();
  registry.followDisks(disks.map((disk) => ({ ...disk, isLow: true })));
  expect(await codeOf(put(volume, 2))).toBe('no-space');
  expect(events.told).toEqual(['read-only: 1 disk-low']);
  await remove(volume, 1);
  registry.followDisks(disks);
  await put(volume, 2);
  await registry.close();
});
