import { join } from 'node:path';
import { parseShardExtension, shardExtension } from '@needlestack/erasure-coding';
import { formatVolumeFileName, type VolumeFileName } from '@needlestack/needle-format';
import type { FileSystem } from '../files/file-system.ts';

/** What shards need to know of a data directory. */
export interface EcDirectory {
  readonly path: string;
  /** Where index files lie; may be the same. */
  readonly indexPath: string;
  readonly diskId: number;
  readonly diskType: string;
  readonly files: FileSystem;
}

/** Suffix of a file that is being written; whole files are renamed. Swept at start. */
export const STAGED_SUFFIX = '.tmp';

export const INDEX_EXTENSION = '.ecx';
export const JOURNAL_EXTENSION = '.ecj';
export const CHECKSUM_EXTENSION = '.ecsum';
export const INFO_EXTENSION = '.vif';

export function shardPath(directory: EcDirectory, name: VolumeFileName, shardId: number): string {
  return dataPath(directory, name, shardExtension(shardId));
}

/** A file beside the data. */
export function dataPath(directory: EcDirectory, name: VolumeFileName, extension: string): string {
  return join(directory.path, formatVolumeFileName(name) + extension);
}

/** A file where new indexes go. */
export function indexPath(directory: EcDirectory, name: VolumeFileName, extension: string): string {
  return join(directory.indexPath, formatVolumeFileName(name) + extension);
}

/** Every place in which a file of that extension may lie in this directory, the data's own first. */
export function possiblePaths(directory: EcDirectory, name: VolumeFileName, extension: string): string[] {
  const paths = [dataPath(directory, name, extension), indexPath(directory, name, extension)];
  return [...new Set(paths)];
}

/** Where a file that comes from elsewhere belongs: index and journal to the indexes, all else to the data. */
export function homePath(directory: EcDirectory, name: VolumeFileName, extension: string): string {
  return extension === INDEX_EXTENSION || extension === JOURNAL_EXTENSION
    ? indexPath(directory, name, extension)
    : dataPath(directory, name, extension);
}

/** The base name and the extension of a file; undefined without one. */
export function splitFileName(fileName: string): { readonly base: string; readonly extension: string } | undefined {
  const dot = fileName.lastIndexOf('.');
  return dot <= 0 ? undefined : { base: fileName.slice(0, dot), extension: fileName.slice(dot) };
}

/** Whether a file is one that shards consist of or go with; the info file belongs to plain volumes too. */
export function isShardFile(extension: string): boolean {
  return (
    parseShardExtension(extension) !== undefined ||
    extension === INDEX_EXTENSION ||
    extension === JOURNAL_EXTENSION ||
    extension.startsWith(CHECKSUM_EXTENSION)
  );
}
