import { type FileSystem, nodeFileSystem } from '../../src/storage/files/file-system.ts';

/** An error as the operating system gives it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

/** The real file system with faults put before it. Each fault stays until it is taken away. */
export class FaultyFiles implements FileSystem {
  /** Fails writes of records; `takenBytes` of the first are written before. */
  writeFault: { readonly error: Error; readonly takenBytes: number } | undefined;
  /** Fails writes of index rows. */
  rowFault: Error | undefined;
  readFault: Error | undefined;
  syncFault: Error | undefined;
  /** Writes at most so many bytes at once. */
  writeBytesMax = Number.POSITIVE_INFINITY;
  /** Record writes and syncs, in order. */
  readonly calls: string[] = [];

  open = nodeFileSystem.open;
  fstat = nodeFileSystem.fstat;
  close = nodeFileSystem.close;
  ftruncate = nodeFileSystem.ftruncate;

  writev: FileSystem['writev'] = (handle, buffers, position, done) => {
    this.calls.push('writev');
    const fault = this.writeFault;
    const bytesMax = fault === undefined ? this.writeBytesMax : fault.takenBytes;
    const taken = Buffer.concat(buffers).subarray(0, bytesMax);
    if (taken.length === 0 && fault !== undefined) {
      setImmediate(() => done(fault.error, 0));
      return;
    }
    nodeFileSystem.write(handle, taken, position, (error, written) => {
      if (fault === undefined) done(error, written);
      else done(fault.error, 0);
    });
  };

  write: FileSystem['write'] = (handle, bytes, position, done) => {
    const fault = this.rowFault;
    if (fault === undefined) nodeFileSystem.write(handle, bytes.subarray(0, this.writeBytesMax), position, done);
    else setImmediate(() => done(fault, 0));
  };

  read: FileSystem['read'] = (handle, target, length, position, done) => {
    const fault = this.readFault;
    if (fault === undefined) nodeFileSystem.read(handle, target, length, position, done);
    else setImmediate(() => done(fault, 0));
  };

  readNow: FileSystem['readNow'] = (handle, target, length, position) => {
    if (this.readFault !== undefined) throw this.readFault;
    return nodeFileSystem.readNow(handle, target, length, position);
  };

  fdatasync: FileSystem['fdatasync'] = (handle, done) => {
    this.calls.push('fdatasync');
    const fault = this.syncFault;
    if (fault === undefined) nodeFileSystem.fdatasync(handle, done);
    else setImmediate(() => done(fault));
  };
}
