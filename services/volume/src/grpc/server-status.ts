import { freemem, totalmem } from 'node:os';
import type { DiskStatusInit } from '@needlestack/rpc/wire/volume-server-pb';
import type { DiskStatus } from '../core/ports.ts';
import type { GrpcContext } from './grpc-context.ts';

export async function getServerStatus(context: GrpcContext) {
  const memory = process.memoryUsage();
  return {
    disk_statuses: (await context.registry.store.diskStatuses()).map(toWire),
    memory_status: {
      // What keeps this process busy is the nearest thing to goroutines here.
      goroutines: process.getActiveResourcesInfo().length,
      all: totalmem(),
      used: totalmem() - freemem(),
      free: freemem(),
      self: memory.rss,
      heap: memory.heapUsed,
      stack: 0,
    },
    version: context.version,
    data_center: context.dataCenter,
    rack: context.rack,
    state: context.state.record,
  };
}

function toWire(disk: DiskStatus): DiskStatusInit {
  const used = disk.totalBytes - disk.freeBytes;
  return {
    dir: disk.path,
    all: disk.totalBytes,
    used,
    free: disk.freeBytes,
    percent_free: (disk.freeBytes / disk.totalBytes) * 100,
    percent_used: (used / disk.totalBytes) * 100,
    disk_type: disk.diskType,
  };
}
